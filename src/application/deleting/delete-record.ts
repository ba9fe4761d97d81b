import type { Collection } from '../../domain/collection.js';
import { childrenOf } from '../../domain/collections.js';
import { belongingTo } from '../../domain/query.js';
import type { VersionSequence } from '../../domain/version.js';
import type { Clock } from '../../ports/clock.js';
import type {
  DeleteGuard,
  Deletion,
  StorageBackend,
  StorageRegistry,
} from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';

const ALWAYS: DeleteGuard = { conditions: [], childless: null };

/**
 * Deletes one record with everything that belongs to it. A delete is a write: it is accepted after
 * everything that this instance and the stores have seen, and whatever was accepted before it,
 * wherever that waits, has no effect any more (domain/tombstone.ts).
 */
export class DeleteRecord {
  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly versions: VersionSequence;
      readonly clock: Clock;
    },
  ) {}

  /**
   * Null when there is no such record, or the guard does not hold. Throws STORAGE_UNAVAILABLE or
   * JOURNAL_UNAVAILABLE; then it can be repeated, also when the record itself is gone already.
   */
  delete(
    collection: Collection,
    key: string,
    guard: DeleteGuard = ALWAYS,
  ): Promise<Deletion | null> {
    const { buffer, versions } = this.dependencies;
    return buffer.flushThen(async () => {
      const deletion = await this.#delete(collection, key, guard);
      if (deletion === null) return null;
      versions.observe(deletion.version);
      // A later write must be newer than the delete, also after a crash with the clock set back.
      await buffer.keepClock();
      return deletion;
    });
  }

  async #delete(collection: Collection, key: string, guard: DeleteGuard): Promise<Deletion | null> {
    const { registry, versions, clock } = this.dependencies;
    const owner = registry.backendOf(collection.name);
    const others = this.#storesOfChildren(collection, owner);
    const isStored = (await owner.read(collection, key)) !== null;
    // Without the record, a delete may have been cut off between two stores.
    if (!isStored && !(await this.#hasChildren(collection, key, others))) return null;
    if (await this.#isKept(collection, key, guard, others)) return null;
    for (const store of [owner, ...others]) versions.observe(await store.newestVersion());
    const version = versions.next(clock.now());
    // The owner first: there the guard is looked at again with the record locked.
    const deletion = await owner.delete(collection, key, version, isStored ? guard : undefined);
    if (deletion === null) return null;
    let { children } = deletion;
    for (const store of others) {
      const more = await store.delete(collection, key, deletion.version);
      children += more?.children ?? 0;
    }
    return { version: deletion.version, children };
  }

  /** The other stores that hold records which belong to such a record. */
  #storesOfChildren(collection: Collection, owner: StorageBackend): readonly StorageBackend[] {
    const { registry } = this.dependencies;
    const stores = childrenOf(collection).map((child) => registry.backendOf(child.collection.name));
    return [...new Set(stores)].filter((store) => store !== owner);
  }

  #hasChildren(collection: Collection, key: string, stores: readonly StorageBackend[]) {
    return this.#anyChild(collection, key, stores, []);
  }

  async #isKept(
    collection: Collection,
    key: string,
    { childless }: DeleteGuard,
    stores: readonly StorageBackend[],
  ): Promise<boolean> {
    return childless !== null && (await this.#anyChild(collection, key, stores, childless));
  }

  async #anyChild(
    collection: Collection,
    key: string,
    stores: readonly StorageBackend[],
    conditions: DeleteGuard['conditions'],
  ): Promise<boolean> {
    const { registry } = this.dependencies;
    for (const { collection: child, field } of childrenOf(collection)) {
      const store = registry.backendOf(child.name);
      if (!stores.includes(store)) continue;
      if ((await store.count(child, [belongingTo(field, key), ...conditions])) > 0) return true;
    }
    return false;
  }
}
