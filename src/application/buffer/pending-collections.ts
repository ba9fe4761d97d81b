import type { Collection, CollectionName } from '../../domain/collection.js';
import { childrenOf, collectionOf } from '../../domain/collections/family.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import type { Version } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import type { RecordName } from '../../ports/storage-backend.js';
import type { Load } from './capacity.js';
import { PendingWrites } from './pending-writes.js';

/** The writes of all collections that are not stored yet. */
export class PendingCollections {
  readonly #pending: ReadonlyMap<CollectionName, PendingWrites> = new Map(
    COLLECTIONS.map((collection) => [collection.name, new PendingWrites(collection)]),
  );

  /** Throws a plain error for a name that no collection has: a fault of the program. */
  of(name: CollectionName): PendingWrites {
    const pending = this.#pending.get(name);
    if (pending === undefined) throw new Error(`there is no collection ${name}`);
    return pending;
  }

  /** How many records wait, by collection. */
  get sizes(): ReadonlyMap<CollectionName, number> {
    return new Map([...this.#pending].map(([name, { size }]) => [name, size]));
  }

  get load(): Load {
    let records = 0;
    let bytes = 0;
    for (const pending of this.#all()) {
      records += pending.size;
      bytes += pending.bytes;
    }
    return { records, bytes };
  }

  /** The most that wait for a flush in one collection. */
  get mostWaiting(): number {
    return Math.max(...this.#all().map(({ waiting }) => waiting));
  }

  /** Since when the oldest write waits (monotonic milliseconds); null when nothing does. */
  get oldestSince(): number | null {
    return least(this.#all().map((pending) => pending.oldestSince()));
  }

  /** Of what waits: the oldest version, or a little older; null when nothing waits. */
  get oldestVersion(): Version | null {
    return least(this.#all().map((pending) => pending.oldestVersion));
  }

  /**
   * Records were deleted: what waits of them and of what belongs to them, up to the version of the
   * delete, is gone. Returns how many, and those touched that other records may belong to. No flush
   * may be under way.
   */
  cover(names: readonly RecordName[], version: Version): Covered {
    let gone = 0;
    const parents: RecordName[] = [];
    const take = (collection: Collection, isConcerned: (write: Write) => boolean) => {
      const covered = this.of(collection.name).cover(isConcerned, version);
      gone += covered.gone;
      if (childrenOf(collection).length === 0) return;
      parents.push(...covered.keys.map((key) => ({ collection: collection.name, key })));
      this.#coverChildren(collection, new Set(covered.keys), take);
    };
    for (const { collection: name, key } of names) {
      const collection = collectionOf(name);
      gone += this.of(name).cover((write) => write.key === key, version).gone;
      this.#coverChildren(collection, new Set([key]), take);
    }
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

  #all(): readonly PendingWrites[] {
    return [...this.#pending.values()];
  }
}

export interface Covered {
  readonly gone: number;
  readonly parents: readonly RecordName[];
}

function least(numbers: readonly (number | null)[]): number | null {
  const known = numbers.flatMap((number) => number ?? []);
  return known.length === 0 ? null : Math.min(...known);
}
