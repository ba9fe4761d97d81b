import { InvalidValueError } from './errors.js';
import { checkJson } from './json-values.js';
import type { components, operations } from './schema.js';

type Schemas = components['schemas'];
export type Session = Schemas['Session'];
export type Task = Schemas['Task'];

/** The fields that hold an instant. */
type Instant = 'start_time' | 'end_time' | 'from_date' | 'to_date' | 'updated_from' | 'updated_to';

/** As the API takes it, with a Date for every instant; `undefined` leaves an optional field out. */
export type Sendable<Fields> = {
  readonly [Name in keyof Fields]:
    | Fields[Name]
    | (Name extends Instant ? Date : never)
    | (object extends Pick<Fields, Name> ? undefined : never);
};

/** A session to write: an absent field keeps its value, `null` clears it. */
export type SessionWrite = Sendable<Schemas['SessionInput']>;
/** A task to write: an absent field keeps its value, `null` clears it. */
export type TaskWrite = Sendable<Schemas['TaskInput']>;

export type QueryOf<Id extends keyof operations> = operations[Id]['parameters'] extends {
  query?: infer Query;
}
  ? Sendable<NonNullable<Query>>
  : never;

/** Statuses that mean that the work is finished. Every other status is unfinished. */
export const FINISHED_STATUSES: readonly string[] = ['completed', 'failed', 'cancelled', 'skipped'];

const TIMES = ['start_time', 'end_time'];
const HAS_ZONE = /(Z|[+-]\d{2}(:?\d{2})?)$/i;
const LOOKS_LIKE_DATE = /^\d{4}-\d{2}-\d{2}/;
const IS_DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Refuses what would arrive as another value: a time without a zone would be hours off, and JSON
 * makes null of an invalid Date or NaN, which clears the field. `path` is that of the record in its
 * batch. Throws InvalidValueError.
 */
export function checkRecord(record: object, path = ''): void {
  for (const [field, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const place = path === '' ? field : `${path}.${field}`;
    checkJson(place, value);
    if (TIMES.includes(field) && typeof value === 'string') checkZone(place, value);
  }
}

/** The same for a batch. */
export function checkRecords(list: 'sessions' | 'tasks', records: readonly object[]): void {
  for (const [index, record] of records.entries()) checkRecord(record, `${list}[${index}]`);
}

/** The text of a query parameter. A date alone is a day in UTC, as the API takes it. */
export function parameter(name: string, value: unknown): string {
  if (value instanceof Date) {
    checkJson(name, value);
    return value.toISOString();
  }
  const text = String(value);
  if (/^(from|to)_date$|^updated_(from|to)$/.test(name) && !IS_DATE.test(text)) {
    checkZone(name, text);
  }
  return text;
}

function checkZone(field: string, text: string): void {
  if (!LOOKS_LIKE_DATE.test(text) || (HAS_ZONE.test(text) && !IS_DATE.test(text))) return;
  throw new InvalidValueError(
    field,
    `${JSON.stringify(text)} has no time zone, so it would be taken as UTC and may be hours off. Send a Date, or add Z or an offset such as +08:00`,
  );
}
