import type { Collection, CollectionName } from '../../domain/collection.js';
import { COLLECTIONS, childrenOf } from '../../domain/collections.js';
import type { Version } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
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
   * A record was deleted: what waits of it and of what belongs to it, up to the version of the
   * delete, is gone. Returns how many. No flush may be under way.
   */
  cover(collection: Collection, key: string, version: Version): number {
    let gone = this.of(collection.name).cover((write) => write.key === key, version);
    for (const { collection: child, field } of childrenOf(collection)) {
      const belongsToIt = ({ fields }: Write) => fields[field] === key;
      gone += this.of(child.name).cover(belongsToIt, version);
    }
    return gone;
  }

  #all(): readonly PendingWrites[] {
    return [...this.#pending.values()];
  }
}

function least(numbers: readonly (number | null)[]): number | null {
  const known = numbers.flatMap((number) => number ?? []);
  return known.length === 0 ? null : Math.min(...known);
}
