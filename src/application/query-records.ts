import type { Collection } from '../domain/collection.js';
import { foldWrites } from '../domain/merge.js';
import { belongingTo, type ListQuery, type Position, type Window } from '../domain/query.js';
import { SESSIONS } from '../domain/session.js';
import { TASKS } from '../domain/task.js';
import { type RecordFields, toRecord, type Write } from '../domain/write.js';
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
    const ofSession = belongingTo('session_id', sessionId);
    return this.list(TASKS, { ...query, conditions: [ofSession, ...query.conditions] }, options);
  }

  /**
   * One record as every write accepted by this instance has left it, waiting, stored or in
   * quarantine; null when there is none.
   */
  async find(collection: Collection, key: string): Promise<RecordFields | null> {
    // In the order in which a write moves on: what leaves one place meanwhile is seen twice, which
    // merging makes harmless, instead of not at all.
    const waiting = this.buffer.find(collection, key);
    const backend = this.registry.backendOf(collection.name);
    const quarantined = await backend.quarantine.find(collection, [key]);
    const stored = await backend.read(collection, key);
    const writes = [stored, waiting, ...quarantined.map(({ write }) => write)];
    const known = writes.flatMap((write) => write ?? []);
    const [first] = known;
    if (first === undefined) return null;
    // What names another parent is another record: the one that was stored first stays.
    const same = known.filter((write) => hasSameParent(collection, first, write));
    return toRecord(collection, foldWrites(collection, same));
  }
}

function hasSameParent({ parent }: Collection, one: Write, other: Write): boolean {
  return parent === null || one.fields[parent.field] === other.fields[parent.field];
}
