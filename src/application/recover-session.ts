import type { Collection } from '../domain/collection.js';
import { type Condition, DEFAULT_SORT, type Sort, type Window } from '../domain/query.js';
import { SESSIONS } from '../domain/session.js';
import { UNFINISHED_STATUSES } from '../domain/status.js';
import { TASKS } from '../domain/task.js';
import { type RecordFields, toRecord } from '../domain/write.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { WriteBuffer } from './buffer/write-buffer.js';

/** Records read from the store at a time. */
const CHUNK = 500;

const UNFINISHED: Condition = { kind: 'one-of', field: 'status', values: UNFINISHED_STATUSES };

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
  ) {}

  /** All pending and processing sessions, newest first. */
  async incompleteSessions(): Promise<readonly RecordFields[]> {
    await this.buffer.flush();
    const sessions: RecordFields[] = [];
    for await (const chunk of this.#walk(SESSIONS, [UNFINISHED], DEFAULT_SORT))
      sessions.push(...chunk);
    return sessions;
  }

  /** Null when there is no such session. */
  async restore(sessionId: string): Promise<RestoredSession | null> {
    await this.buffer.flush();
    const stored = await this.registry.backendOf(SESSIONS.name).read(SESSIONS, sessionId);
    if (stored === null) return null;
    const ofSession: Condition = { kind: 'one-of', field: 'session_id', values: [sessionId] };
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
      const { items, next } = await backend.query(collection, { conditions, sort, window });
      yield items.map((write) => toRecord(collection, write));
      window = next === null ? null : { kind: 'after', position: next, size: CHUNK };
    }
  }
}
