import { z } from '@hono/zod-openapi';
import type { Collection, Field } from '../../../domain/collection.js';
import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { SCOPES } from '../../../domain/scopes.js';
import { TITLES } from '../problems/problem.js';
import { answerExamples } from './answer-examples.js';
import { exampleOf } from './examples.js';

export const count = z.int().min(0);
/** Always milliseconds and `Z`: clients may compare two of them as text. */
export const time = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .openapi({ format: 'date-time', example: '2026-11-24T12:05:30.250Z' });

function recordSchema(collection: Collection, name: string) {
  const typeOf = (field: Field): z.ZodType => {
    switch (field.kind) {
      case 'id':
      case 'string':
      case 'text':
        return z.string();
      case 'integer':
        return count;
      case 'ratio':
        return z.number().min(0).max(1);
      case 'instant':
        return time;
      case 'json':
        return z.record(z.string(), z.unknown());
    }
  };
  return z
    .strictObject({
      [collection.key]: z.string(),
      ...Object.fromEntries(
        collection.fields.map((field) => [
          field.name,
          field.required || field.initial === 0 ? typeOf(field) : typeOf(field).nullable(),
        ]),
      ),
      created_at: time,
      updated_at: time,
    })
    .openapi(name, { example: exampleOf(collection) });
}

export const sessionAnswer = recordSchema(SESSIONS, 'Session');
export const taskAnswer = recordSchema(TASKS, 'Task');

export function pageAnswer(item: z.ZodType, name: string, examples: readonly unknown[]) {
  return z
    .strictObject({
      total: count.openapi({
        description:
          'Number of records that match the filters, over all pages. Beyond 10,000 it may be up to ten seconds old; use `fresh=true` for an exact number.',
      }),
      page: z.int().min(1),
      page_size: z.int().min(1).max(100),
      total_pages: count,
      items: z.array(item),
      next_cursor: z
        .string()
        .nullable()
        .openapi({ description: 'Send it as `cursor` for the next page; null on the last page.' }),
    })
    .openapi(name, {
      example: {
        total: 1,
        page: 1,
        page_size: 20,
        total_pages: 1,
        items: [...examples],
        next_cursor: null,
      },
    });
}

export const taskPageAnswer = pageAnswer(taskAnswer, 'TaskPage', [answerExamples.Task]);

export const batchAnswer = z
  .strictObject({
    status: z.enum(['accepted', 'stored']),
    count,
    timestamp: time,
    quarantined: z
      .array(z.strictObject({ index: count, key: z.string(), reason: z.string() }))
      .optional()
      .openapi({ description: 'With ack=stored: the records that the store refused.' }),
  })
  .openapi('BatchAnswer', { example: answerExamples.BatchAnswer });

export const flushAnswer = z
  .strictObject({
    status: z.literal('flushed'),
    sessions_written: count,
    tasks_written: count,
    duration_ms: count,
  })
  .openapi('FlushAnswer', { example: answerExamples.FlushAnswer });

export const incompleteAnswer = z
  .strictObject({ count, sessions: z.array(sessionAnswer) })
  .openapi('IncompleteSessions', { example: answerExamples.IncompleteSessions });

export const restoreAnswer = z
  .strictObject({
    session_id: z.string(),
    session: sessionAnswer,
    tasks_count: count,
    tasks: z.array(taskAnswer),
    restored_at: time,
  })
  .openapi('RestoredSession', { example: answerExamples.RestoredSession });

export const deletedSessionAnswer = z
  .strictObject({ status: z.literal('deleted'), session_id: z.string(), deleted_tasks: count })
  .openapi('DeletedSession', { example: answerExamples.DeletedSession });

export const cleanUpAnswer = z
  .strictObject({ deleted_sessions: count, deleted_tasks: count, dry_run: z.boolean() })
  .openapi('CleanUpAnswer', { example: answerExamples.CleanUpAnswer });

export const byStatus = z
  .record(z.string(), count)
  .openapi({ example: { pending: 3, completed: 40 } });

const retention = z
  .strictObject({
    enabled: z.boolean(),
    last_run_at: time.nullable(),
    last_outcome: z.enum(['cleaned_up', 'failed', 'left_to_another']).nullable().openapi({
      description: 'left_to_another: another instance was cleaning up the same store.',
    }),
    deleted_sessions: count.nullable(),
    deleted_tasks: count.nullable(),
    next_run_at: time.nullable(),
  })
  .openapi({
    description:
      'Scheduled clean-ups of this instance since it started. Null: no run yet, no clean-up in the last run, or no run planned.',
  });

export const statisticsAnswer = z
  .strictObject({
    sessions: z.strictObject({ total: count, by_status: byStatus }),
    tasks: z.strictObject({
      total: count,
      by_status: byStatus,
      avg_duration_ms: z.number().nullable(),
      avg_confidence: z.number().nullable(),
      total_retries: count,
    }),
    storage: z.array(
      z.strictObject({
        backend: z.string(),
        driver: z.string(),
        collections: z.array(z.string()),
        size_bytes: count,
      }),
    ),
    retention,
  })
  .openapi('Statistics', { example: answerExamples.Statistics });

export const quarantinedAnswer = z
  .strictObject({
    id: z.string(),
    collection: z.string(),
    key: z.string(),
    reason: z.string(),
    attempts: z.int().min(1),
    quarantined_at: time,
    record: z.record(z.string(), z.unknown()),
  })
  .openapi('QuarantinedRecord', { example: answerExamples.QuarantinedRecord });

export const quarantinePageAnswer = pageAnswer(quarantinedAnswer, 'QuarantinePage', [
  answerExamples.QuarantinedRecord,
]);
export const requeuedAnswer = z
  .strictObject({ requeued: count })
  .openapi('RequeuedAnswer', { example: answerExamples.RequeuedAnswer });
export const droppedAnswer = z
  .strictObject({ status: z.literal('deleted') })
  .openapi('DroppedAnswer', { example: answerExamples.DroppedAnswer });

export const healthAnswer = z
  .strictObject({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    database: z.enum(['healthy', 'unhealthy']),
    buffer: z.strictObject({
      sessions_count: count,
      tasks_count: count,
      total_count: count,
      capacity: count,
      usage_percent: z.number().min(0),
      last_flush_time: time.nullable(),
      oldest_pending_seconds: z.number().min(0),
      accepted: count,
      stored: count,
      coalesced: count,
      pending: count,
      quarantined: count.openapi({
        description: 'Records quarantined by this instance since it started.',
      }),
      in_quarantine: count.openapi({
        description: 'Records in quarantine now, from all instances.',
      }),
    }),
    version: z.string(),
    problems: z.array(z.string()).openapi({ description: 'Descriptions of problems.' }),
    access: z.enum(['open', 'keys']).optional().openapi({
      description:
        '`open`: there are no API keys, so every client that reaches the service may do everything. `keys` is shown only to a key with the scope `admin`.',
    }),
    scopes: z.array(z.enum(SCOPES)).optional().openapi({
      description: 'The scopes of the key of this request; absent without a known key.',
    }),
  })
  .openapi('Health', { example: answerExamples.Health });

export const livenessAnswer = z
  .strictObject({ status: z.literal('alive') })
  .openapi('Liveness', { example: answerExamples.Liveness });
export const readinessAnswer = z
  .strictObject({ status: z.enum(['ready', 'not_ready']), reason: z.string().nullable() })
  .openapi('Readiness', { example: answerExamples.Readiness });

export const problemAnswer = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    error_code: z.enum(Object.keys(TITLES)),
    request_id: z.string(),
    errors: z
      .array(
        z.strictObject({
          path: z.string(),
          message: z.string(),
          value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
        }),
      )
      .max(100)
      .optional(),
  })
  .openapi('Problem', { example: answerExamples.Problem });
