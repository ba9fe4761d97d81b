import type { Collection, CollectionName } from '../../../domain/collection.js';
import { childrenOf, collectionOf } from '../../../domain/collections/family.js';
import { COLLECTIONS } from '../../../domain/collections/list.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type { RecordName } from '../../../ports/deletion.js';
import type { Load } from './capacity.js';
import { PendingWrites } from './pending-writes.js';

/** The writes of all collections that are not stored yet. */
export class PendingCollections {
  readonly #pending: ReadonlyMap<CollectionName, PendingWrites> = new Map(
    COLLECTIONS.map((collection) => [collection.name, new PendingWrites(collection)]),
  );

  /** Throws a plain error for an unknown name, which is a bug. */
  of(name: CollectionName): PendingWrites {
    const pending = this.#pending.get(name);
    if (pending === undefined) throw new Error(`there is no collection ${name}`);
    return pending;
  }

  get all(): readonly PendingWrites[] {
    return [...this.#pending.values()];
  }

  /** Number of pending records, by collection. */
  get sizes(): ReadonlyMap<CollectionName, number> {
    return new Map([...this.#pending].map(([name, { size }]) => [name, size]));
  }

  get load(): Load {
    let records = 0;
    let bytes = 0;
    for (const pending of this.all) {
      records += pending.size;
      bytes += pending.bytes;
    }
    return { records, bytes };
  }

  /** The largest number of records that wait for a flush in one collection. */
  get mostWaiting(): number {
    return Math.max(...this.all.map(({ waiting }) => waiting));
  }

  /** Since when the oldest write is pending (monotonic milliseconds); null if nothing is. */
  get oldestSince(): number | null {
    return least(this.all.map((pending) => pending.oldestSince()));
  }

  /** The oldest pending version, or a little older; null if nothing is pending. */
  get oldestVersion(): Version | null {
    return least(this.all.map((pending) => pending.oldestVersion));
  }

  /**
   * A record was deleted, together with others. Removes the pending writes of the record, and of
   * everything that belongs to these records, up to the version of the delete. Returns how many,
   * and those keys among them that other records may belong to. No flush may be running.
   */
  cover(deleted: RecordName, alsoGone: readonly RecordName[], version: Version): Covered {
    const parents: RecordName[] = [];
    const isDeleted = ({ key }: Write) => key === deleted.key;
    let { gone } = this.of(deleted.collection).cover(isDeleted, version);
    const take = (collection: Collection, isConcerned: (write: Write) => boolean) => {
      const covered = this.of(collection.name).cover(isConcerned, version);
      gone += covered.gone;
      if (childrenOf(collection).length === 0) return;
      parents.push(...covered.keys.map((key) => ({ collection: collection.name, key })));
      this.#coverChildren(collection, new Set(covered.keys), take);
    };
    for (const [name, keys] of keysByCollection([deleted, ...alsoGone]))
      this.#coverChildren(collectionOf(name), keys, take);
    return { gone, parents };
  }

  #coverChildren(
    collection: Collection,
    keys: ReadonlySet<string>,
    take: (collection: Collection, isConcerned: (write: Write) => boolean) => void,
  ): void {
    if (keys.size === 0) return;
    for (const { collection: child, field } of childrenOf(collection)) {
      take(child, ({ fields }) => keys.has(String(fields[field])));
    }
  }
}

export interface Covered {
  readonly gone: number;
  readonly parents: readonly RecordName[];
}

function keysByCollection(
  names: readonly RecordName[],
): ReadonlyMap<CollectionName, ReadonlySet<string>> {
  const keys = new Map<CollectionName, Set<string>>();
  for (const { collection, key } of names) {
    const of = keys.get(collection) ?? new Set();
    keys.set(collection, of.add(key));
  }
  return keys;
}

/** The least of those that are known; null if none is. */
export function least(numbers: readonly (number | null)[]): number | null {
  const known = numbers.flatMap((number) => number ?? []);
  return known.length === 0 ? null : Math.min(...known);
}
