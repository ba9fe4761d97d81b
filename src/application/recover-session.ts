import type { Collection } from '../domain/collection.js';
import {
  belongingTo,
  type Condition,
  DEFAULT_SORT,
  FINISHED,
  type Sort,
  UNFINISHED,
  type Window,
} from '../domain/query.js';
import { SESSIONS } from '../domain/session.js';
import { TASKS } from '../domain/task.js';
import type { VersionSequence } from '../domain/version.js';
import { type RecordFields, toRecord } from '../domain/write.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { WriteBuffer } from './buffer/write-buffer.js';

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

  /** All unfinished sessions, and finished ones that have unfinished tasks, newest first. */
  async incompleteSessions(): Promise<readonly RecordFields[]> {
    await this.buffer.flush();
    const sessions: RecordFields[] = [];
    for await (const chunk of this.#walk(SESSIONS, [UNFINISHED], DEFAULT_SORT))
      sessions.push(...chunk);
    const withWork = await this.registry.backendOf(TASKS.name).parentsOf(TASKS, [UNFINISHED]);
    for (let from = 0; from < withWork.length; from += CHUNK) {
      const some = withWork.slice(from, from + CHUNK);
      const among: Condition = { kind: 'one-of', field: SESSIONS.key, values: some };
      for await (const chunk of this.#walk(SESSIONS, [among, FINISHED], DEFAULT_SORT))
        sessions.push(...chunk);
    }
    return sessions.sort(newestFirst);
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

function newestFirst(a: RecordFields, b: RecordFields): number {
  const byTime = Number(b.created_at) - Number(a.created_at);
  if (byTime !== 0) return byTime;
  return String(a[SESSIONS.key]) < String(b[SESSIONS.key]) ? 1 : -1;
}
