import type { Collection } from '../../domain/collection.js';
import { childrenOf, collectionOf } from '../../domain/collections/family.js';
import { belongingTo } from '../../domain/query.js';
import {
  compareTombstones,
  LONGEST_DELETE,
  oldestVersion,
  positionOfTombstone,
  type Tombstone,
} from '../../domain/tombstone.js';
import { type Version, versionAt } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import type { Clock } from '../../ports/clock.js';
import type { Stores } from './copied.js';
import { pairsOf } from './pairs.js';
import type { StoreCopies } from './store-copies.js';
import { recordsOf, tombstonesOf } from './walks.js';

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
    await this.#copyFrom(0, ['deleted']);
  }

  /** Those deletes that may have happened since the start of the copy. */
  copyRecent(): Promise<void> {
    return this.#copyFrom(this.#recent, ['deleted', 'gone']);
  }

  /** After the records. */
  copyAll(): Promise<void> {
    return this.#copyFrom(0, ['deleted', 'gone', 'dropped']);
  }

  async #copyFrom(version: Version, kinds: readonly Tombstone['kind'][]): Promise<void> {
    const { stores, clock } = this.dependencies;
    const [source, target] = [stores.source, stores.target].map((store) =>
      tombstonesOf(store, version),
    ) as [ReturnType<typeof tombstonesOf>, ReturnType<typeof tombstonesOf>];
    for await (const pairs of pairsOf(source, target, byPosition)) {
      const missing = pairs.flatMap((pair) =>
        pair.source !== null && pair.target === null ? [pair.source] : [],
      );
      const some = missing.filter(({ kind }) => kinds.includes(kind));
      if (some.length === 0) continue;
      await this.#copyKept(some);
      await stores.target.tombstones.bury(some, clock.now());
    }
  }

  /**
   * Stores the records that the source keeps although they are older than one of its tombstones of
   * these kinds. The tombstone would keep them from the target. Records that are newer come later:
   * first the tombstone deletes an earlier record of their key in the target.
   */
  async #copyKept(tombstones: readonly Tombstone[]): Promise<void> {
    for (const name of new Set(tombstones.map(({ collection }) => collection))) {
      const collection = collectionOf(name);
      const versionsOf = (kind: Tombstone['kind']) =>
        new Map(
          tombstones.flatMap(({ collection: of, kind: has, key, version }) =>
            of === name && has === kind ? [[key, version] as const] : [],
          ),
        );
      await this.#copyOlder(collection, collection.key, versionsOf('dropped'));
      for (const child of childrenOf(collection))
        await this.#copyOlder(child.collection, child.field, versionsOf('gone'));
    }
  }

  /** Stores the records with such a key in a field that are not newer than the version of the key. */
  async #copyOlder(
    collection: Collection,
    field: string,
    versions: ReadonlyMap<string, Version>,
  ): Promise<void> {
    if (versions.size === 0) return;
    const { stores, copies } = this.dependencies;
    const concerned = [belongingTo(field, ...versions.keys())];
    const keyIn = ({ key, fields }: Write) =>
      field === collection.key ? key : String(fields[field]);
    for await (const writes of recordsOf(stores.source, collection, concerned)) {
      const older = writes.filter(
        (write) => oldestVersion(write) <= (versions.get(keyIn(write)) ?? 0),
      );
      await copies.store(collection, older);
    }
  }
}

export function byPosition(one: Tombstone, other: Tombstone): number {
  return compareTombstones(positionOfTombstone(one), positionOfTombstone(other));
}
