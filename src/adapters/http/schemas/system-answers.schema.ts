import { z } from '@hono/zod-openapi';
import { SCOPES } from '../../../domain/scopes.js';
import { TITLES } from '../problems/problem.js';
import { answerExamples } from './answer-examples.js';
import { byStatus, count, described, time } from './values.js';

const retention = z.strictObject({
  enabled: described(z.boolean(), 'Whether clean-ups are scheduled in this instance.'),
  last_run_at: described(time.nullable(), 'When the last clean-up began.'),
  last_outcome: described(
    z.enum(['cleaned_up', 'failed', 'left_to_another']).nullable(),
    'How it ended. left_to_another: another instance was cleaning up the same store.',
  ),
  deleted_sessions: described(count.nullable(), 'Number of sessions that it deleted.'),
  deleted_tasks: described(count.nullable(), 'Number of tasks that it deleted.'),
  next_run_at: described(time.nullable(), 'When the next clean-up begins.'),
});

const storage = z.strictObject({
  backend: described(z.string(), 'Name of the storage backend in the configuration.'),
  driver: described(z.string(), 'Kind of the store: `sqlite`, `mysql` or `memory`.'),
  collections: described(z.array(z.string()), 'The collections that it keeps.'),
  size_bytes: described(count, 'Bytes that it takes, as the store itself estimates them.'),
});

const sessions = z.strictObject({
  total: described(count, 'Number of stored sessions.'),
  by_status: described(byStatus, 'Number of stored sessions by status.'),
});

const tasks = z.strictObject({
  total: described(count, 'Number of stored tasks.'),
  by_status: described(byStatus, 'Number of stored tasks by status.'),
  avg_duration_ms: described(
    z.number().nullable(),
    'Mean `duration_ms` of the tasks that have one; null if none has.',
  ),
  avg_confidence: described(
    z.number().nullable(),
    'Mean `confidence` of the tasks that have one; null if none has.',
  ),
  total_retries: described(count, 'Sum of `retry_count`.'),
});

export const statisticsAnswer = z
  .strictObject({
    sessions: described(sessions, 'Counts of sessions.'),
    tasks: described(tasks, 'Counts and means of tasks.'),
    storage: described(z.array(storage), 'The stores of the collections.'),
    retention: described(
      retention,
      'Scheduled clean-ups of this instance since it started. Null: no run yet, no clean-up in the last run, or no run planned.',
    ),
  })
  .openapi('Statistics', { example: answerExamples.Statistics });

const buffer = z.strictObject({
  sessions_count: described(count, 'Number of sessions that wait to be stored.'),
  tasks_count: described(count, 'Number of tasks that wait to be stored.'),
  total_count: described(count, 'Number of records that wait to be stored.'),
  capacity: described(count, 'Number of records that may wait before writes are answered 503.'),
  usage_percent: described(z.number().min(0), 'Share of the capacity, or of its bytes, in use.'),
  last_flush_time: described(time.nullable(), 'When records were last stored; null before that.'),
  oldest_pending_seconds: described(
    z.number().min(0),
    'Seconds that the oldest waiting record has waited.',
  ),
  accepted: described(count, 'Records accepted by this instance since it started.'),
  stored: described(count, 'Records stored by this instance since it started.'),
  coalesced: described(
    count,
    'Records that were merged with a waiting write of the same key since it started.',
  ),
  pending: described(count, 'Records that wait to be stored.'),
  quarantined: described(count, 'Records quarantined by this instance since it started.'),
  in_quarantine: described(count, 'Records in quarantine now, from all instances.'),
});

export const healthAnswer = z
  .strictObject({
    status: described(
      z.enum(['healthy', 'degraded', 'unhealthy']),
      '`unhealthy` (503): a store does not answer. `degraded` (200): see `problems`.',
    ),
    database: described(z.enum(['healthy', 'unhealthy']), 'Whether the stores answer.'),
    buffer: described(buffer, 'Records on their way to the store.'),
    version: described(z.string(), 'Version of the service.'),
    problems: described(z.array(z.string()), 'Descriptions of problems.'),
    access: described(
      z.enum(['open', 'keys']),
      '`open`: there are no API keys, so every client that reaches the service may do everything. `keys` is shown only to a key with the scope `admin`.',
    ).optional(),
    scopes: described(
      z.array(z.enum(SCOPES)),
      'The scopes of the key of this request; absent without a known key.',
    ).optional(),
  })
  .openapi('Health', { example: answerExamples.Health });

export const livenessAnswer = z
  .strictObject({ status: described(z.literal('alive'), 'The process is up.') })
  .openapi('Liveness', { example: answerExamples.Liveness });

export const readinessAnswer = z
  .strictObject({
    status: described(z.enum(['ready', 'not_ready']), 'Whether writes are accepted.'),
    reason: described(z.string().nullable(), 'Why not; null if they are.'),
  })
  .openapi('Readiness', { example: answerExamples.Readiness });

const problemIssue = z.strictObject({
  path: described(z.string(), 'What the problem is in, such as `tasks[3].confidence`.'),
  message: described(z.string(), 'What was expected.'),
  value: described(
    z.union([z.string(), z.number(), z.boolean(), z.null()]),
    'What was found, shortened; absent if it is no simple value.',
  ).optional(),
});

export const problemAnswer = z
  .strictObject({
    type: described(z.string(), 'A URN for the kind of problem.'),
    title: described(z.string(), 'The kind of problem in words.'),
    status: described(z.int(), 'The HTTP status.'),
    detail: described(z.string(), 'What happened, for people.'),
    error_code: described(z.enum(Object.keys(TITLES)), 'The kind of problem, for programs.'),
    request_id: described(
      z.string(),
      'Identifies the request in the log; also in the header X-Request-Id.',
    ),
    errors: described(z.array(problemIssue).max(100), 'The first 100 problems found.').optional(),
  })
  .openapi('Problem', { example: answerExamples.Problem });
