import type { Collection } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { foldWrites } from '../../domain/merge.js';
import {
  belongingTo,
  consistentTotal,
  isDeep,
  type ListQuery,
  type Position,
} from '../../domain/query.js';
import type { VersionSequence } from '../../domain/version.js';
import { type RecordFields, toRecord, type Write } from '../../domain/write.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { Cached } from './cached.js';

export interface PageEnd {
  /** Number of records that meet the conditions, over all pages. */
  readonly total: number;
  /** Where the next page starts; null on the last page. */
  readonly next: Position | null;
}

export interface RecordPage extends PageEnd {
  readonly items: readonly RecordFields[];
  /**
   * The other records of a page whose texts exceed 2 MiB, in pieces: read them as you send them, so
   * that memory use stays flat. Its return value holds for the whole page. Null if `items` are all
   * of them.
   */
  readonly rest: AsyncGenerator<readonly RecordFields[], PageEnd> | null;
}

/** Maximum bytes of texts that are read at a time. */
const PIECE_BYTES = 2 * 1024 * 1024;

export interface ReadOptions {
  /** Counts every record now, and returns no total that was counted earlier. */
  readonly exact: boolean;
}

/**
 * Reads: lists show what is stored, a single record also what is pending. A total beyond 10,000 may
 * be some seconds behind other instances (cached.ts), unless it is `exact`; it never contradicts
 * the items beside it. To list everything accepted before, flush the buffer first.
 */
export class QueryRecords {
  readonly #totals: Cached<number>;

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly versions: VersionSequence;
      readonly clock: Clock;
    },
  ) {
    this.#totals = new Cached(
      dependencies.clock,
      (total) => total,
      () => dependencies.buffer.storedVersion,
    );
  }

  async list(collection: Collection, query: ListQuery, options: ReadOptions): Promise<RecordPage> {
    const backend = this.dependencies.registry.backendOf(collection.name);
    const [counted, { items, next, total }] = await Promise.all([
      // The store counts a deep page itself, at the same moment.
      isDeep(query.window) ? null : this.#total(collection, query.conditions, options.exact),
      backend.query(collection, { ...query, maxBytes: PIECE_BYTES }),
    ]);
    this.dependencies.versions.observeAll(items);
    const known = total ?? counted ?? 0;
    const isCut = next !== null && items.length < query.window.size;
    return {
      total: consistentTotal(known, query.window, items.length, next !== null),
      items: items.map((write) => toRecord(collection, write)),
      next,
      rest: isCut ? this.#rest(collection, query, known, items.length, next) : null,
    };
  }

  async *#rest(
    collection: Collection,
    query: ListQuery,
    total: number,
    shown: number,
    from: Position,
  ): AsyncGenerator<readonly RecordFields[], PageEnd> {
    const backend = this.dependencies.registry.backendOf(collection.name);
    let [count, next]: [number, Position | null] = [shown, from];
    while (next !== null && count < query.window.size) {
      const window = { kind: 'after', position: next, size: query.window.size - count } as const;
      const piece = await backend.query(collection, { ...query, window, maxBytes: PIECE_BYTES });
      this.dependencies.versions.observeAll(piece.items);
      yield piece.items.map((write) => toRecord(collection, write));
      count += piece.items.length;
      next = piece.next;
    }
    return { total: consistentTotal(total, query.window, count, next !== null), next };
  }

  #total(collection: Collection, conditions: ListQuery['conditions'], exact: boolean) {
    const backend = this.dependencies.registry.backendOf(collection.name);
    // What was counted before a delete on this instance is never returned again.
    const key = JSON.stringify([collection.name, conditions, this.dependencies.buffer.deletions]);
    return this.#totals.get(key, () => backend.count(collection, conditions), { exact });
  }

  /**
   * The records of a collection that belong to one record; null if there is no such record, stored
   * or pending. Throws a plain error for a collection without parent.
   */
  async listOf(
    children: Collection,
    parentKey: string,
    query: ListQuery,
    options: ReadOptions,
  ): Promise<RecordPage | null> {
    const { parent } = children;
    if (parent === null) throw new Error(`${children.name} has no parent`);
    if ((await this.find(collectionOf(parent.collection), parentKey)) === null) return null;
    const conditions = [belongingTo(parent.field, parentKey), ...query.conditions];
    return this.list(children, { ...query, conditions }, options);
  }

  /**
   * One record as all writes accepted by this instance leave it: pending, stored or quarantined;
   * null if there is none. A pending write that a delete of another instance covers has no effect.
   */
  async find(collection: Collection, key: string): Promise<RecordFields | null> {
    // Reads in the order in which a write moves on. A write that moves meanwhile is seen twice,
    // which merging makes harmless, instead of not at all.
    const pending = this.dependencies.buffer.find(collection, key);
    const backend = this.dependencies.registry.backendOf(collection.name);
    const places = await backend.quarantine.find(collection, [key]);
    const stored = await backend.read(collection, key);
    const waiting = pending === null ? null : await notDeleted(backend, collection, pending);
    // A write that names another parent is another record: the one stored first stays. Of several
    // that are not stored, the one written last is shown.
    const known = stored ?? waiting;
    const parent = known === null ? places[0]?.parent : parentOf(collection, known);
    const place = places.find((each) => each.parent === parent);
    const [refused] = place === undefined ? [] : await backend.quarantine.get([place.id]);
    // It was released or dropped meanwhile.
    if (place !== undefined && refused === undefined) return this.find(collection, key);
    const same = [stored, waiting, refused?.write]
      .flatMap((write) => write ?? [])
      .filter((write) => parentOf(collection, write) === parent);
    if (same.length === 0) return null;
    this.dependencies.versions.observeAll(same);
    return toRecord(collection, foldWrites(collection, same));
  }
}

/** What the deletes in a store leave of a pending write; null: nothing. */
async function notDeleted(
  { tombstones }: StorageBackend,
  collection: Collection,
  write: Write,
): Promise<Write | null> {
  const [left] = await tombstones.remaining(collection, [write]);
  return left ?? null;
}

function parentOf({ parent }: Collection, write: Write): string | null {
  return parent === null ? null : String(write.fields[parent.field]);
}
