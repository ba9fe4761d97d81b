import type { Collection } from '../domain/collection.js';
import { foldWrites } from '../domain/merge.js';
import {
  belongingTo,
  consistentTotal,
  isDeep,
  type ListQuery,
  type Position,
} from '../domain/query.js';
import { SESSIONS } from '../domain/session.js';
import { TASKS } from '../domain/task.js';
import type { VersionSequence } from '../domain/version.js';
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

/**
 * Reads: lists show what is stored, a single record also what still waits. A total beyond 10,000
 * may be some seconds behind what other instances do (remembered.ts), unless `fresh` asks for an
 * exact one; it never contradicts the items beside it.
 */
export class QueryRecords {
  readonly #totals: Remembered<number>;

  constructor(
    private readonly registry: StorageRegistry,
    private readonly buffer: WriteBuffer,
    private readonly versions: VersionSequence,
    clock: Clock,
  ) {
    this.#totals = new Remembered(
      clock,
      (total) => total,
      () => buffer.storedVersion,
    );
  }

  async list(collection: Collection, query: ListQuery, options: ReadOptions): Promise<RecordPage> {
    if (options.fresh) await this.buffer.flush();
    const backend = this.registry.backendOf(collection.name);
    const [counted, { items, next, total }] = await Promise.all([
      // A deep page is counted by the store, in the same moment.
      isDeep(query.window) ? null : this.#total(collection, query.conditions, options.fresh),
      backend.query(collection, query),
    ]);
    this.versions.observeAll(items);
    return {
      total: consistentTotal(total ?? counted ?? 0, query.window, items.length, next !== null),
      items: items.map((write) => toRecord(collection, write)),
      next,
    };
  }

  #total(collection: Collection, conditions: ListQuery['conditions'], exact: boolean) {
    const backend = this.registry.backendOf(collection.name);
    // What was counted before something was deleted here is never given out again.
    const key = JSON.stringify([collection.name, conditions, this.buffer.deletions]);
    return this.#totals.get(key, () => backend.count(collection, conditions), { exact });
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
    // What names another parent is another record: the one that was stored first stays. Of several
    // that are not stored, the one that was written last is shown.
    const refused = quarantined.map(({ write }) => write).sort((a, b) => b.version - a.version);
    const known = [stored, waiting, ...refused].flatMap((write) => write ?? []);
    const [first] = known;
    if (first === undefined) return null;
    const same = known.filter((write) => hasSameParent(collection, first, write));
    this.versions.observeAll(same);
    return toRecord(collection, foldWrites(collection, same));
  }
}

function hasSameParent({ parent }: Collection, one: Write, other: Write): boolean {
  return parent === null || one.fields[parent.field] === other.fields[parent.field];
}
