import { InvalidValueError } from '../errors.js';
import { checkRecord, type TaskWrite } from '../records.js';

/** A task that is not sent yet: the merge of what was put under its key. */
export interface Entry {
  readonly task: TaskWrite;
  /** Of UTF-8, as JSON. */
  readonly bytes: number;
  /** The number of the oldest put in it. */
  readonly first: number;
  /** When that put came, milliseconds. */
  readonly since: number;
}

const encoder = new TextEncoder();
/** Bytes around the tasks of a body, and after each of them. */
const FRAME = '{"tasks":[]}'.length;
const COMMA = 1;

/** Throws InvalidValueError. Tasks without an id would be merged into one. */
export function entryOf(put: TaskWrite, first: number, since: number): Entry {
  if (typeof put.task_id !== 'string' || put.task_id === '') {
    const reason = `expected a text that is not empty, got ${JSON.stringify(put.task_id)}`;
    throw new InvalidValueError('task_id', reason);
  }
  checkRecord(put);
  // The caller may change its own meanwhile.
  return measured({ ...put }, first, since);
}

function measured(task: TaskWrite, first: number, since: number): Entry {
  return { task, bytes: encoder.encode(JSON.stringify(task)).length, first, since };
}

/** A task belongs to one session for good. Throws InvalidValueError if the writes name two. */
export function checkSession(older: Entry | undefined, newer: Entry): void {
  if (older === undefined || older.task.session_id === newer.task.session_id) return;
  throw new InvalidValueError(
    'session_id',
    `task ${older.task.task_id} belongs to session ${older.task.session_id}, and is put for ${newer.task.session_id}. A task id is unique over all sessions`,
  );
}

/** The later write wins field by field, as the service merges: absent keeps, null clears. */
function merged(older: Entry, newer: Entry): Entry {
  const carried = Object.entries(newer.task).filter(([, value]) => value !== undefined);
  const task = { ...older.task, ...Object.fromEntries(carried) } as TaskWrite;
  return measured(task, older.first, older.since);
}

/** Tasks by id, in the order of their oldest puts, with their bytes. */
export class WaitingTasks {
  #entries = new Map<string, Entry>();
  #bytes = 0;

  get count(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): Entry | undefined {
    return this.#entries.values().next().value;
  }

  /** In their order. */
  get entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  add(entry: Entry): void {
    const older = this.#entries.get(entry.task.task_id);
    const kept = older === undefined ? entry : merged(older, entry);
    this.#entries.set(entry.task.task_id, kept);
    this.#bytes += kept.bytes - (older?.bytes ?? 0);
  }

  /** Takes the oldest tasks out, at least one, within both limits. */
  take(maxRecords: number, maxBytes: number): readonly Entry[] {
    const taken: Entry[] = [];
    let size = FRAME;
    for (const [id, entry] of this.#entries) {
      size += entry.bytes + COMMA;
      const fits = taken.length < maxRecords && size <= maxBytes;
      if (taken.length > 0 && !fits) break;
      taken.push(entry);
      this.#bytes -= entry.bytes;
      this.#entries.delete(id);
    }
    return taken;
  }

  /** Puts tasks back that were not sent: before the others, and under what came since. */
  putBack(entries: readonly Entry[]): void {
    const since = this.#entries;
    this.#entries = new Map();
    this.#bytes = 0;
    for (const entry of entries) this.add(entry);
    for (const entry of since.values()) this.add(entry);
  }
}
