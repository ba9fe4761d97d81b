import type { Collection, FieldValue } from '../../domain/collection.js';
import {
  belongingTo,
  type Condition,
  DEFAULT_SORT,
  type Sort,
  UNFINISHED,
  type Window,
} from '../../domain/query.js';
import { SESSIONS } from '../../domain/session.js';
import { TASKS } from '../../domain/task.js';
import type { VersionSequence } from '../../domain/version.js';
import { type RecordFields, toRecord } from '../../domain/write.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';

/** Records read from the store at a time, and bytes of their texts. */
const CHUNK = 500;
const CHUNK_BYTES = 2 * 1024 * 1024;

export interface RestoredSession {
  readonly session: RecordFields;
  /** All unfinished tasks, oldest first, in chunks: read them as you send them, so memory stays flat. */
  readonly tasks: AsyncIterable<readonly RecordFields[]>;
}

/** What a translation backend asks after it crashed. Both answers include everything accepted before. */
export class RecoverSession {
  constructor(
    private readonly registry: StorageRegistry,
    private readonly buffer: WriteBuffer,
    private readonly versions: VersionSequence,
  ) {}

  /**
   * All unfinished sessions, and finished ones that have unfinished tasks, newest first, in chunks:
   * read them as you send them, so memory stays flat.
   */
  async incompleteSessions(): Promise<AsyncIterable<readonly RecordFields[]>> {
    await this.buffer.flush();
    const unfinished = this.#walk(SESSIONS, [UNFINISHED], DEFAULT_SORT);
    return merged(unfinished, this.#withKeys(await this.#withUnfinishedTasks()));
  }

  /**
   * The keys of sessions that have unfinished tasks, newest first; the sessions themselves may be
   * large. Whatever their status: one that is finished between two reads is not missed.
   */
  async #withUnfinishedTasks(): Promise<readonly string[]> {
    const withWork = await this.registry.backendOf(TASKS.name).parentsOf(TASKS, [UNFINISHED]);
    const found: Pick<RecordFields, string>[] = [];
    for (let from = 0; from < withWork.length; from += CHUNK) {
      const among = oneOfThese(withWork.slice(from, from + CHUNK));
      for await (const chunk of this.#walk(SESSIONS, [among], DEFAULT_SORT)) {
        for (const { session_id = null, created_at = null } of chunk)
          found.push({ session_id, created_at });
      }
    }
    return found.sort(newestFirst).map(({ session_id }) => String(session_id));
  }

  async *#withKeys(keys: readonly string[]): AsyncGenerator<readonly RecordFields[]> {
    for (let from = 0; from < keys.length; from += CHUNK) {
      const among = oneOfThese(keys.slice(from, from + CHUNK));
      yield* this.#walk(SESSIONS, [among], DEFAULT_SORT);
    }
  }

  /** Null when there is no such session. */
  async restore(sessionId: string): Promise<RestoredSession | null> {
    await this.buffer.flush();
    const stored = await this.registry.backendOf(SESSIONS.name).read(SESSIONS, sessionId);
    if (stored === null) return null;
    this.versions.observeAll([stored]);
    const ofSession = belongingTo('session_id', sessionId);
    return {
      session: toRecord(SESSIONS, stored),
      tasks: this.#walk(TASKS, [ofSession, UNFINISHED], { field: 'created_at', direction: 'asc' }),
    };
  }

  async *#walk(
    collection: Collection,
    conditions: readonly Condition[],
    sort: Sort,
  ): AsyncGenerator<readonly RecordFields[]> {
    const backend = this.registry.backendOf(collection.name);
    let window: Window | null = { kind: 'page', page: 1, size: CHUNK };
    while (window !== null) {
      const query = { conditions, sort, window, maxBytes: CHUNK_BYTES };
      const { items, next } = await backend.query(collection, query);
      this.versions.observeAll(items);
      yield items.map((write) => toRecord(collection, write));
      window = next === null ? null : { kind: 'after', position: next, size: CHUNK };
    }
  }
}

function oneOfThese(keys: readonly string[]): Condition {
  return { kind: 'one-of', field: SESSIONS.key, values: keys };
}

/** Two walks that are sorted newest first, as one; a session that is in both comes once. */
async function* merged(
  ...walks: readonly AsyncGenerator<readonly RecordFields[]>[]
): AsyncGenerator<readonly RecordFields[]> {
  const [left, right] = walks.map((walk) => recordsOf(walk)) as [Records, Records];
  try {
    let [one, other] = [await left.next(), await right.next()];
    let last: FieldValue | undefined;
    while (one.done !== true || other.done !== true) {
      const takesOne =
        other.done === true || (one.done !== true && isNewer(one.value, other.value));
      const record = (takesOne ? one.value : other.value) as RecordFields;
      if (record[SESSIONS.key] !== last) yield [record];
      last = record[SESSIONS.key];
      if (takesOne) one = await left.next();
      else other = await right.next();
    }
  } finally {
    await left.return(undefined);
    await right.return(undefined);
  }
}

type Records = AsyncGenerator<RecordFields, undefined>;

async function* recordsOf(chunks: AsyncIterable<readonly RecordFields[]>): Records {
  for await (const chunk of chunks) yield* chunk;
  return undefined;
}

function isNewer(one: RecordFields, other: RecordFields): boolean {
  return newestFirst(one, other) < 0;
}

function newestFirst(a: RecordFields, b: RecordFields): number {
  const byTime = Number(b.created_at) - Number(a.created_at);
  if (byTime !== 0) return byTime;
  return String(a[SESSIONS.key]) < String(b[SESSIONS.key]) ? 1 : -1;
}
