import type { Collection, CollectionName } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import { holds } from '../../domain/stored.js';
import type { QuarantinedRecord } from '../../ports/quarantine.js';
import type { StorageBackend } from '../../ports/storage-backend.js';
import { storeOrRefuse } from '../buffer/flush/bisect.js';
import type { Stores } from './copied.js';
import { targetOf } from './store-copies.js';
import { quarantinedIn } from './walks.js';

/** Missing parents that are looked up at a time. */
const PARENTS = 500;
const SLICE = { records: 500, bytes: 4 * 1024 * 1024 };

/** Copies the quarantine. Records keep their ids, so a repeated copy makes no second ones. */
export class CopyQuarantine {
  constructor(private readonly stores: Stores) {}

  /**
   * After the records, before `put`: removes from the quarantine of the target what has left that
   * of the source because it was stored. Only records that the stored one contains completely are
   * removed, so nothing is lost. What was dropped or deleted in the source has a tombstone.
   */
  async tidy(): Promise<void> {
    const { source, target } = this.stores;
    for await (const records of quarantinedIn(target)) {
      const there = await byId(source, records);
      const left: QuarantinedRecord[] = [];
      for (const record of records) {
        if (!there.has(record.id) && (await isStored(target, record))) left.push(record);
      }
      if (left.length > 0) await target.quarantine.remove(left);
    }
  }

  async put(): Promise<void> {
    const { source, target } = this.stores;
    for await (const records of quarantinedIn(source)) {
      const own = await byId(target, records);
      const changed = records.filter((record) => !isSame(record, own.get(record.id)));
      for (const [name, some] of byCollection(changed))
        await target.quarantine.put(collectionOf(name), some);
    }
  }

  /** Stores records that wait in the target for a parent which is there by now. */
  async release(): Promise<void> {
    const { target } = this.stores;
    for (const collection of COLLECTIONS) {
      if (collection.parent === null) continue;
      const parents = collectionOf(collection.parent.collection);
      let last: string | null = null;
      do {
        const missing: readonly string[] = await target.quarantine.missingParents(
          collection,
          last,
          PARENTS,
        );
        last = missing.at(-1) ?? null;
        for (const key of (await target.existing(parents, missing)).keys())
          await this.#releaseOrphans(collection, key);
      } while (last !== null);
    }
  }

  async #releaseOrphans(collection: Collection, parent: string): Promise<void> {
    const { target } = this.stores;
    let last: string | null = null;
    do {
      const orphans: readonly QuarantinedRecord[] = await target.quarantine.waitingFor(
        collection,
        [parent],
        last,
        SLICE,
      );
      last = orphans.at(-1)?.id ?? null;
      const { refused } = await storeOrRefuse(
        targetOf(this.stores, collection),
        orphans.map(({ write }) => write),
      );
      const kept = new Set(refused.map(({ write }) => write.key));
      await target.quarantine.remove(orphans.filter(({ write }) => !kept.has(write.key)));
    } while (last !== null);
  }
}

/** Those of these records that are in the quarantine of a store, by id. */
export async function byId(
  { quarantine }: StorageBackend,
  records: readonly QuarantinedRecord[],
): Promise<ReadonlyMap<string, QuarantinedRecord>> {
  const found = await quarantine.get(records.map(({ id }) => id));
  return new Map(found.map((record) => [record.id, record]));
}

export function isSame(one: QuarantinedRecord, other: QuarantinedRecord | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether the stored record of this key contains the quarantined one completely. */
export async function isStored(store: StorageBackend, record: QuarantinedRecord): Promise<boolean> {
  const collection = collectionOf(record.collection);
  const stored = await store.read(collection, record.write.key);
  return stored !== null && holds(collection, stored, record.write);
}

function byCollection(
  records: readonly QuarantinedRecord[],
): ReadonlyMap<CollectionName, readonly QuarantinedRecord[]> {
  const all = new Map<CollectionName, QuarantinedRecord[]>();
  for (const record of records) {
    const some = all.get(record.collection) ?? [];
    some.push(record);
    all.set(record.collection, some);
  }
  return all;
}
