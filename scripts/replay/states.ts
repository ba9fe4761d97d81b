import type { JsonRecord } from './read-lines.js';

/**
 * The writes that a backend makes of one task, in order: pending, processing, final as in the file.
 * A field that the last write omits (often `start_time`) keeps the value of an earlier one.
 *
 * `startedAt` is an ISO 8601 instant, for tasks without a start time.
 */
export function statesOf(
  task: JsonRecord,
  startedAt: string,
): readonly [JsonRecord, JsonRecord, JsonRecord] {
  const { task_id, session_id, batch_id, sheet_name, row_index, column_name, source_text } = task;
  const cell = { task_id, session_id, batch_id, sheet_name, row_index, column_name, source_text };
  const { context } = task;
  return [
    { ...cell, ...(context === undefined ? {} : { context }), status: 'pending' },
    { ...cell, status: 'processing', start_time: task.start_time ?? startedAt },
    task,
  ];
}

export interface Counts {
  readonly completed: number;
  readonly failed: number;
  readonly processing: number;
}

/**
 * A session while its tasks are being processed. Counters never decrease in the store, so they stay
 * at or below those of the final state; a counter that the final state omits is omitted.
 */
export function sessionInProgress(session: JsonRecord, counts: Counts): JsonRecord {
  const state: Record<string, unknown> = { ...session, status: 'processing' };
  for (const [field, count] of [
    ['completed_tasks', counts.completed],
    ['failed_tasks', counts.failed],
  ] as const) {
    const final = session[field];
    if (typeof final === 'number') state[field] = Math.min(count, final);
  }
  if ('processing_tasks' in session) state.processing_tasks = counts.processing;
  return state;
}
