import type { Collection } from '../domain/collection.js';
import { mergeWrites } from '../domain/merge.js';
import type { ListQuery, Position, Window } from '../domain/query.js';
import { SESSIONS } from '../domain/session.js';
import { TASKS } from '../domain/task.js';
import { type RecordFields, toRecord } from '../domain/write.js';
import type { Clock } from '../ports/clock.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { WriteBuffer } from './buffer/write-buffer.js';
import { Remembered } from './remembered.js';

export interface RecordPage {
  /** Records that meet the conditions, over all pages. */
  readonly total: number;
  readonly items: readonly RecordFields[];
  /** Where the next page begins; null on the last. */
  readonly next: Position | null;
}

export interface ReadOptions {
  /** Wait until everything accepted before the call is stored, and count it exactly. */
  readonly fresh: boolean;
}

interface Total {
  readonly records: number;
  /** `WriteBuffer.storedVersion` when they were begun to be counted: it never comes again. */
  readonly storedVersion: number | null;
}

/**
 * Reads: lists show what is stored, a single record also what still waits. A total beyond 10,000
 * may be up to ten seconds old (remembered.ts), unless `fresh` asks for an exact one.
 */
export class QueryRecords {
  readonly #totals: Remembered<Total>;

  constructor(
    private readonly registry: StorageRegistry,
    private readonly buffer: WriteBuffer,
    clock: Clock,
  ) {
    this.#totals = new Remembered(clock, ({ records }) => records);
  }

  async list(collection: Collection, query: ListQuery, options: ReadOptions): Promise<RecordPage> {
    if (options.fresh) await this.buffer.flush();
    const backend = this.registry.backendOf(collection.name);
    const key = JSON.stringify([collection.name, query.conditions]);
    const known = options.fresh ? undefined : this.#totals.peek(key);
    const [total, window] = await Promise.all([
      this.#totals.get(key, () => this.#count(collection, query.conditions), {
        exact: options.fresh,
      }),
      backend.query(collection, { ...query, window: this.#withTotal(query.window, known) }),
    ]);
    return {
      total: total.records,
      items: window.items.map((write) => toRecord(collection, write)),
      next: window.next,
    };
  }

  async #count(collection: Collection, conditions: ListQuery['conditions']): Promise<Total> {
    const { storedVersion } = this.buffer;
    const records = await this.registry.backendOf(collection.name).count(collection, conditions);
    return { records, storedVersion };
  }

  /** An outdated total would shift the pages that are counted from the end of the list. */
  #withTotal(window: Window, total: Total | undefined): Window {
    if (window.kind !== 'page' || total === undefined || total.storedVersion === null)
      return window;
    return total.storedVersion === this.buffer.storedVersion
      ? { ...window, total: total.records }
      : window;
  }

  /** The tasks of a session, or null when there is no such session, stored or waiting. */
  async tasksOfSession(
    sessionId: string,
    query: ListQuery,
    options: ReadOptions,
  ): Promise<RecordPage | null> {
    if ((await this.find(SESSIONS, sessionId)) === null) return null;
    const ofSession = { kind: 'one-of', field: 'session_id', values: [sessionId] } as const;
    return this.list(TASKS, { ...query, conditions: [ofSession, ...query.conditions] }, options);
  }

  /** One record as every write accepted by this instance has left it; null when there is none. */
  async find(collection: Collection, key: string): Promise<RecordFields | null> {
    // Looked up before the store is: a flush may end in between, and then the same write is seen
    // twice, which merging makes harmless, instead of not at all.
    const waiting = this.buffer.find(collection, key);
    const stored = await this.registry.backendOf(collection.name).read(collection, key);
    if (waiting === null) return stored === null ? null : toRecord(collection, stored);
    const merged = stored === null ? waiting : mergeWrites(collection, stored, waiting);
    return toRecord(collection, merged);
  }
}
