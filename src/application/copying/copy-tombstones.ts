import type { Collection } from '../../domain/collection.js';
import { childrenOf, collectionOf } from '../../domain/collections/family.js';
import { belongingTo } from '../../domain/query.js';
import { compareTombstones, positionOfTombstone, type Tombstone } from '../../domain/tombstone.js';
import { type Version, versionAt } from '../../domain/version.js';
import type { Clock } from '../../ports/clock.js';
import type { Stores } from './copied.js';
import { pairsOf } from './pairs.js';
import type { StoreCopies } from './store-copies.js';
import { recordsOf, tombstonesOf } from './walks.js';

/**
 * Milliseconds by which a delete that commits after the start of the copy may be older than the
 * newest version at that start. A delete takes a version above the newest one in the store, and
 * then waits for a flush.
 */
const LONGEST_DELETE = 600_000;

/** Copies tombstones, and deletes what they cover in the target. */
export class CopyTombstones {
  #recent: Version = 0;

  constructor(
    private readonly dependencies: {
      readonly stores: Stores;
      readonly copies: StoreCopies;
      readonly clock: Clock;
    },
  ) {}

  /**
   * Before the records: makes room for records that were created again. Only deletes: the other
   * kinds also cover stored records of the source (see `copyAll`).
   */
  async copyDeletes(): Promise<void> {
    const newest = await this.dependencies.stores.source.newestVersion();
    this.#recent = Math.max(0, newest - versionAt(LONGEST_DELETE));
    await this.#copyFrom(0, 'deletes');
  }

  /** Those deletes that may have happened since the start of the copy. */
  copyRecent(): Promise<void> {
    return this.#copyFrom(this.#recent, 'deletes');
  }

  /** After the records. */
  copyAll(): Promise<void> {
    return this.#copyFrom(0, 'all');
  }

  async #copyFrom(version: Version, kinds: 'deletes' | 'all'): Promise<void> {
    const { stores, clock } = this.dependencies;
    const [source, target] = [stores.source, stores.target].map((store) =>
      tombstonesOf(store, version),
    ) as [ReturnType<typeof tombstonesOf>, ReturnType<typeof tombstonesOf>];
    for await (const pairs of pairsOf(source, target, byPosition)) {
      const missing = pairs.flatMap((pair) =>
        pair.source !== null && pair.target === null ? [pair.source] : [],
      );
      const some = missing.filter(({ kind }) => kinds === 'all' || kind === 'deleted');
      if (some.length === 0) continue;
      await this.#copyKept(some);
      await stores.target.tombstones.bury(some, clock.now());
    }
  }

  /**
   * Stores the records that the source keeps although they are older than one of its tombstones of
   * these kinds. The tombstone would keep them from the target.
   */
  async #copyKept(tombstones: readonly Tombstone[]): Promise<void> {
    for (const name of new Set(tombstones.map(({ collection }) => collection))) {
      const collection = collectionOf(name);
      const keysOf = (kind: Tombstone['kind']) =>
        tombstones.flatMap((each) =>
          each.collection === name && each.kind === kind ? [each.key] : [],
        );
      await this.#copyRecords(collection, collection.key, keysOf('dropped'));
      for (const child of childrenOf(collection))
        await this.#copyRecords(child.collection, child.field, keysOf('gone'));
    }
  }

  async #copyRecords(
    collection: Collection,
    field: string,
    keys: readonly string[],
  ): Promise<void> {
    if (keys.length === 0) return;
    const { stores, copies } = this.dependencies;
    const concerned = [belongingTo(field, ...keys)];
    for await (const writes of recordsOf(stores.source, collection, concerned))
      await copies.store(collection, writes);
  }
}

export function byPosition(one: Tombstone, other: Tombstone): number {
  return compareTombstones(positionOfTombstone(one), positionOfTombstone(other));
}
