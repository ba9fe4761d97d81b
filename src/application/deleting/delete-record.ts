import type { Collection } from '../../domain/collection.js';
import { childrenOf } from '../../domain/collections.js';
import { belongingTo, type Condition } from '../../domain/query.js';
import type { Version, VersionSequence } from '../../domain/version.js';
import type {
  DeleteGuard,
  Deletion,
  StorageBackend,
  StorageRegistry,
} from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';

const ALWAYS: DeleteGuard = { conditions: [], childless: null };

/** A record, and the stores that it and what belongs to it are in. */
interface Target {
  readonly collection: Collection;
  readonly key: string;
  readonly owner: StorageBackend;
  /** Those that hold its children, without the owner. */
  readonly others: readonly StorageBackend[];
}

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
    },
  ) {}

  /**
   * Null when there is no such record, or the guard does not hold. Throws STORAGE_UNAVAILABLE or
   * JOURNAL_UNAVAILABLE; then it can be repeated, also when the record itself is gone already.
   */
  async delete(
    collection: Collection,
    key: string,
    guard: DeleteGuard | null = null,
  ): Promise<Deletion | null> {
    const { registry, buffer, versions } = this.dependencies;
    const owner = registry.backendOf(collection.name);
    const others = this.#storesOfChildren(collection, owner);
    for (const store of [owner, ...others]) versions.observe(await store.newestVersion());
    // Accepted at the moment at which the flush takes what waits: what comes later is newer, and stays.
    return buffer.flushThen(async (version) => {
      const target = { collection, key, owner, others };
      const deletion =
        guard === null
          ? await this.#deleteAll(target, version)
          : await this.#deleteGuarded(target, version, guard);
      if (deletion === null) return null;
      await buffer.cover(collection, key, deletion.version);
      return deletion;
    });
  }

  async #deleteAll(target: Target, version: Version): Promise<Deletion | null> {
    const { collection, key, owner } = target;
    const isStored = (await owner.read(collection, key)) !== null;
    // Without the record, a delete may have been cut off between two stores.
    if (!isStored && !(await this.#anyChild(target, []))) return null;
    // The owner last: where this is cut off, the record is there when it is repeated.
    const first = await this.#deleteChildren(target, version);
    const guard = isStored ? ALWAYS : undefined;
    const deletion = await owner.delete(collection, key, first.version, guard);
    if (deletion === null) return null;
    return deletion.version > first.version
      ? together(first, deletion, await this.#deleteChildren(target, deletion.version))
      : together(first, deletion);
  }

  async #deleteGuarded(
    target: Target,
    version: Version,
    guard: DeleteGuard,
  ): Promise<Deletion | null> {
    const { collection, key, owner } = target;
    const { childless } = guard;
    if (childless !== null && (await this.#anyChild(target, childless))) return null;
    // Work was resumed on it since the flush: its children must stay, too.
    if (this.dependencies.buffer.find(collection, key) !== null) return null;
    // The owner first: there the guard is looked at again, with the record locked.
    const deletion = await owner.delete(collection, key, version, guard);
    if (deletion === null) return null;
    return together(deletion, await this.#deleteChildren(target, deletion.version));
  }

  /** In the other stores. */
  async #deleteChildren({ collection, key, others }: Target, version: Version): Promise<Deletion> {
    let all: Deletion = { version, children: 0 };
    for (const store of others) {
      const deletion = await store.delete(collection, key, all.version);
      if (deletion !== null) all = together(all, deletion);
    }
    return all;
  }

  /** The other stores that hold records which belong to such a record. */
  #storesOfChildren(collection: Collection, owner: StorageBackend): readonly StorageBackend[] {
    const { registry } = this.dependencies;
    const stores = childrenOf(collection).map((child) => registry.backendOf(child.collection.name));
    return [...new Set(stores)].filter((store) => store !== owner);
  }

  /** Whether one in the other stores meets all of these. */
  async #anyChild(
    { collection, key, others }: Target,
    conditions: readonly Condition[],
  ): Promise<boolean> {
    const { registry } = this.dependencies;
    for (const { collection: child, field } of childrenOf(collection)) {
      const store = registry.backendOf(child.name);
      if (!others.includes(store)) continue;
      if ((await store.count(child, [belongingTo(field, key), ...conditions])) > 0) return true;
    }
    return false;
  }
}

/** Deletes of one record in several stores, as one: what is accepted from now on is newer than each. */
function together(...deletions: readonly Deletion[]): Deletion {
  return {
    version: Math.max(...deletions.map(({ version }) => version)),
    children: deletions.reduce((sum, { children }) => sum + children, 0),
  };
}
