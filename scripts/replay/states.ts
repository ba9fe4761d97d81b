import type { JsonRecord } from './read-lines.js';

/** The writes that a backend makes of one task, in order: waiting, being translated, done. */
export function statesOf(task: JsonRecord): readonly [JsonRecord, JsonRecord, JsonRecord] {
  const {
    task_id,
    session_id,
    batch_id,
    sheet_name,
    row_index,
    column_name,
    source_text,
    context,
  } = task;
  const cell = { task_id, session_id, batch_id, sheet_name, row_index, column_name, source_text };
  return [
    { ...cell, ...(context === undefined ? {} : { context }), status: 'pending' },
    { ...cell, status: 'processing' },
    task,
  ];
}

/** Writes per record in a replay: three states each. */
export const WRITES_PER_RECORD = 3;

/** A session while its tasks are being worked on; counters grow, and end in the final state. */
export function sessionInProgress(session: JsonRecord, share: number): JsonRecord {
  const part = (value: unknown) => (typeof value === 'number' ? Math.floor(value * share) : 0);
  return {
    ...session,
    status: 'processing',
    completed_tasks: part(session.completed_tasks),
    failed_tasks: part(session.failed_tasks),
    processing_tasks: part(session.total_tasks) > 0 ? 1 : 0,
  };
}

export interface Difference {
  readonly id: string;
  readonly field: string;
  readonly sent: unknown;
  readonly found: unknown;
}

/** How a record that was read back differs from its final state; times set by the service aside. */
export function differences(
  id: string,
  sent: JsonRecord,
  found: JsonRecord | undefined,
): Difference[] {
  if (found === undefined) return [{ id, field: '', sent: 'a record', found: 'nothing' }];
  const wrong = Object.entries(sent).flatMap(([field, value]) =>
    JSON.stringify(found[field]) === JSON.stringify(value)
      ? []
      : [{ id, field, sent: value, found: found[field] }],
  );
  const untimed = ['created_at', 'updated_at'].filter((field) => typeof found[field] !== 'string');
  return [
    ...wrong,
    ...untimed.map((field) => ({ id, field, sent: 'a time', found: found[field] })),
  ];
}
