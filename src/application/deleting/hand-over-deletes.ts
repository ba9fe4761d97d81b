import type { Collection } from '../../domain/collection.js';
import { descendantsOf } from '../../domain/collections/family.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import { LONGEST_DELETE, positionOfTombstone } from '../../domain/tombstone.js';
import { type Version, versionAt } from '../../domain/version.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';

/** Tombstones that are read, and handed over, at a time. */
const SLICE = 500;

/**
 * Completes deletes that were interrupted between two stores (`storage.routes`). A clean-up deletes a
 * record in its own store first, and its descendants in other stores after that. If the service ends
 * in between, no later clean-up finds the record, but its store has the tombstone: the other stores
 * get it too, and delete what it covers. What was accepted after the delete stays.
 */
export class HandOverDeletes {
  /** The newest tombstone handed over, by store; the first run begins at the oldest one. */
  readonly #newest = new Map<StorageBackend, Version>();

  constructor(
    private readonly dependencies: { readonly registry: StorageRegistry; readonly clock: Clock },
  ) {}

  /** Throws StorageUnavailableError; the next run then begins where this one did. */
  async run(isStopped: () => boolean): Promise<void> {
    for (const owner of this.dependencies.registry.backends()) {
      const others = new Map(
        COLLECTIONS.filter((collection) => this.#storeOf(collection) === owner).map(
          (collection) => [collection.name, this.#otherStores(collection, owner)] as const,
        ),
      );
      if ([...others.values()].every((stores) => stores.length === 0)) continue;
      let newest = this.#newest.get(owner) ?? 0;
      let position = { version: Math.max(0, newest - versionAt(LONGEST_DELETE)), id: '' };
      for (;;) {
        if (isStopped()) return;
        const some = await owner.tombstones.after(position, SLICE);
        const last = some.at(-1);
        if (last === undefined) break;
        for (const [name, stores] of others) {
          const deleted = some.filter(
            ({ kind, collection }) => kind === 'deleted' && collection === name,
          );
          if (deleted.length === 0) continue;
          for (const store of stores)
            await store.tombstones.bury(deleted, this.dependencies.clock.now());
        }
        position = positionOfTombstone(last);
        newest = Math.max(newest, last.version);
      }
      this.#newest.set(owner, newest);
    }
  }

  /** Those that hold descendants of such a record. */
  #otherStores(collection: Collection, owner: StorageBackend): readonly StorageBackend[] {
    const stores = descendantsOf(collection).map((descendant) => this.#storeOf(descendant));
    return [...new Set(stores)].filter((store) => store !== owner);
  }

  #storeOf({ name }: Collection): StorageBackend {
    return this.dependencies.registry.backendOf(name);
  }
}
