import type { JsonRecord } from './read-lines.js';
import { statesOf } from './states.js';

// Values of fields that no write has carried. They are repeated here on purpose: a check of the
// service must not use the code of the service.
const SESSION_INITIAL = {
  game_info: null,
  metadata: null,
  total_tasks: 0,
  completed_tasks: 0,
  failed_tasks: 0,
  processing_tasks: 0,
};
const TASK_INITIAL = {
  target_text: null,
  context: null,
  confidence: null,
  error_message: null,
  retry_count: 0,
  start_time: null,
  end_time: null,
  duration_ms: null,
};

const SET_BY_THE_SERVICE: readonly string[] = ['created_at', 'updated_at'];
const INSTANTS: readonly string[] = ['start_time', 'end_time'];

/** The expected record after a session was played. */
export function expectedSession(session: JsonRecord): JsonRecord {
  return asAnswered({ ...SESSION_INITIAL, ...session });
}

/** The expected record after all states of a task were sent. */
export function expectedTask(task: JsonRecord, startedAt: string): JsonRecord {
  const [pending, processing, final] = statesOf(task, startedAt);
  return asAnswered({ ...TASK_INITIAL, ...pending, ...processing, ...final });
}

export interface Difference {
  readonly id: string;
  /** Empty if the whole record is missing. */
  readonly field: string;
  readonly sent: unknown;
  readonly found: unknown;
}

/**
 * Differences between a record that was read back and the expected record, field by field and in
 * both directions. Values are compared as JSON text, so the order of names in a JSON value counts.
 * Times set by the service only have to exist.
 */
export function differences(
  id: string,
  expected: JsonRecord,
  found: JsonRecord | null | undefined,
): readonly Difference[] {
  if (found === null || found === undefined) {
    return [{ id, field: '', sent: 'a record', found: 'nothing' }];
  }
  const fields = new Set([...Object.keys(expected), ...Object.keys(found)]);
  for (const field of SET_BY_THE_SERVICE) fields.delete(field);
  const wrong = [...fields]
    .filter((field) => JSON.stringify(found[field]) !== JSON.stringify(expected[field]))
    .map((field) => ({ id, field, sent: expected[field], found: found[field] }));
  const untimed = SET_BY_THE_SERVICE.filter((field) => typeof found[field] !== 'string');
  return [
    ...wrong,
    ...untimed.map((field) => ({ id, field, sent: 'a time', found: found[field] })),
  ];
}

/** The record as the API returns it: instants normalized, ignored fields removed. */
function asAnswered(record: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => !SET_BY_THE_SERVICE.includes(name))
      .map(([name, value]) => [name, INSTANTS.includes(name) ? instant(value) : value]),
  );
}

/**
 * A time without a zone is UTC. An invalid instant stays unchanged: the service will have refused
 * it.
 */
function instant(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const zoned = /(z|[+-]\d{2}(:?\d{2})?)$/i.test(value) ? value : `${value}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? value : new Date(time).toISOString();
}
