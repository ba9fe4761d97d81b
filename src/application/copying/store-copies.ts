import type { Collection } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { copyOf } from '../../domain/stored.js';
import type { Write } from '../../domain/write.js';
import type { Refusal } from '../../ports/quarantine.js';
import { type BisectionTarget, storeOrRefuse } from '../buffer/flush/bisect.js';
import type { Findings, Stores } from './copied.js';

/** Stores records of the source in the target. */
export class StoreCopies {
  constructor(
    private readonly stores: Stores,
    /** Receives the records that the target refuses. */
    private readonly refused: Findings,
  ) {}

  /**
   * Merges records into the target. A record whose parent is not there yet brings its parent along:
   * it was created after the parents were copied. Throws StorageUnavailableError.
   */
  async store(collection: Collection, writes: readonly Write[]): Promise<void> {
    const refusals = await this.#try(collection, writes);
    const orphans = refusals.filter(({ missingParent }) => missingParent !== null);
    const others = refusals.filter(({ missingParent }) => missingParent === null);
    const again = await this.#withParents(collection, orphans);
    for (const { write, reason } of [...others, ...again]) {
      // A record that is gone from the source was deleted meanwhile.
      const { key } = write;
      if ((await this.stores.source.read(collection, key)) === null) continue;
      this.refused.add({ collection: collection.name, key, what: reason });
    }
  }

  /** Returns what is refused although the parents were fetched. */
  async #withParents(
    collection: Collection,
    orphans: readonly Refusal[],
  ): Promise<readonly Refusal[]> {
    const { parent } = collection;
    if (parent === null || orphans.length === 0) return orphans;
    const parents = collectionOf(parent.collection);
    for (const key of new Set(orphans.flatMap(({ missingParent }) => missingParent ?? []))) {
      const write = await this.stores.source.read(parents, key);
      if (write !== null) await this.store(parents, [write]);
    }
    return this.#try(
      collection,
      orphans.map(({ write }) => write),
    );
  }

  async #try(collection: Collection, writes: readonly Write[]): Promise<readonly Refusal[]> {
    if (writes.length === 0) return [];
    const target = targetOf(this.stores, collection);
    return (await storeOrRefuse(target, writes.map(copyOf))).refused;
  }
}

/** How a store takes records that may be refused: see bisect.ts. */
export function targetOf(
  { target }: Pick<Stores, 'target'>,
  collection: Collection,
): BisectionTarget {
  const { parent } = collection;
  return {
    collection,
    write: (writes) => target.write(collection, writes),
    existingParents: async (keys) =>
      parent === null
        ? new Set(keys)
        : new Set((await target.existing(collectionOf(parent.collection), keys)).keys()),
    storedParents: (keys) => target.existing(collection, keys),
    checkParentsFirst: false,
    suspectsRecords: false,
  };
}
