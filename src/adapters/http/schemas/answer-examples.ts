import { SESSIONS } from '../../../domain/collections/sessions.js';
import { TASKS } from '../../../domain/collections/tasks.js';
import { examples } from './examples.js';

const session = examples[SESSIONS.name];
const task = examples[TASKS.name];
const time = '2026-11-24T12:05:30.250Z';
const unfinished = { ...task, status: 'pending', target_text: null, confidence: null };

/** An example answer of each kind, by the name of its schema in the OpenAPI document. */
export const answerExamples = {
  Session: session,
  Task: task,
  BatchAnswer: { status: 'accepted', count: 2, timestamp: time },
  FlushAnswer: { status: 'flushed', sessions_written: 1, tasks_written: 120, duration_ms: 14 },
  IncompleteSessions: { count: 1, sessions: [session] },
  RestoredSession: {
    session_id: session.session_id,
    session,
    tasks_count: 1,
    tasks: [unfinished],
    restored_at: time,
  },
  SessionProgress: {
    session_id: session.session_id,
    total: 120,
    by_status: { completed: 100, failed: 2, pending: 18 },
    sheets: [
      { sheet_name: 'Items', total: 80, by_status: { completed: 78, failed: 2 } },
      { sheet_name: 'Quests', total: 40, by_status: { completed: 22, pending: 18 } },
    ],
  },
  Failures: {
    total: 2,
    truncated: false,
    groups: [
      {
        message: 'Rate limit reached for <quoted>: try again in <number>s',
        count: 2,
        sessions: [session.session_id],
        first_seen: '2026-11-24T12:01:02.000Z',
        last_seen: time,
        sample_task_ids: [task.task_id],
      },
    ],
  },
  RetryRequest: {
    sheet_name: 'Items',
    message: 'Rate limit reached for <quoted>: try again in <number>s',
  },
  RetriedSession: { session_id: session.session_id, retried_tasks: 2 },
  DeletedSession: { status: 'deleted', session_id: session.session_id, deleted_tasks: 120 },
  CleanUpAnswer: { deleted_sessions: 3, deleted_tasks: 360, dry_run: false },
  Statistics: {
    sessions: { total: 4, by_status: { completed: 3, processing: 1 } },
    tasks: {
      total: 480,
      by_status: { completed: 470, pending: 10 },
      avg_duration_ms: 812.5,
      avg_confidence: 0.9412,
      total_retries: 7,
    },
    storage: [
      {
        backend: 'sqlite',
        driver: 'better-sqlite3 13.2.0',
        collections: [SESSIONS.name, TASKS.name],
        size_bytes: 4_194_304,
      },
    ],
    retention: {
      enabled: true,
      last_run_at: '2026-11-24T03:00:12.480Z',
      last_outcome: 'cleaned_up',
      deleted_sessions: 3,
      deleted_tasks: 360,
      next_run_at: '2026-11-25T03:00:12.480Z',
    },
  },
  QuarantinedRecord: {
    id: '3f1b8a52-8f6d-4b7c-9a55-5f0a5b8a7d11',
    collection: TASKS.name,
    key: task.task_id,
    reason: `MISSING_PARENT: session_id "${session.session_id}" does not exist`,
    attempts: 1,
    quarantined_at: time,
    record: task,
  },
  RequeuedAnswer: { requeued: 1 },
  DroppedAnswer: { status: 'deleted' },
  Health: {
    status: 'healthy',
    database: 'healthy',
    buffer: {
      sessions_count: 1,
      tasks_count: 40,
      total_count: 41,
      capacity: 200_000,
      usage_percent: 0.02,
      last_flush_time: time,
      oldest_pending_seconds: 1.25,
      accepted: 521,
      stored: 480,
      coalesced: 0,
      pending: 41,
      quarantined: 0,
      in_quarantine: 0,
    },
    version: '1.0.0',
    problems: [],
  },
  Liveness: { status: 'alive' },
  Readiness: { status: 'ready', reason: null },
  Problem: {
    type: 'urn:persistence-service:problem:validation-error',
    title: 'The request is not valid',
    status: 422,
    detail: 'tasks[3].confidence: Too big: expected number to be <=1',
    error_code: 'VALIDATION_ERROR',
    request_id: '4f9c2a6e-2d0e-4a57-9f4e-0d6a3f6b1c55',
    errors: [
      { path: 'tasks[3].confidence', message: 'Too big: expected number to be <=1', value: 1.2 },
    ],
  },
} as const;
