import type { Collection, CollectionName } from '../../domain/collection.js';
import { descendantsOf } from '../../domain/collections/family.js';
import { ServiceError } from '../../domain/errors.js';
import { oldestVersion } from '../../domain/tombstone.js';
import type { Version, VersionSequence } from '../../domain/version.js';
import type { DeleteGuard, Deletion } from '../../ports/deletion.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { Descendants } from './descendants.js';

const ALWAYS: DeleteGuard = { conditions: [], keepsUnfinished: false };

/** A record, and the stores that hold it and its descendants. */
interface Target {
  readonly collection: Collection;
  readonly key: string;
  readonly owner: StorageBackend;
  /** The other stores that hold its descendants. */
  readonly others: readonly StorageBackend[];
}

/**
 * Deletes one record with its descendants. A delete is a write: it is accepted after everything
 * that this instance and the stores have seen. Writes accepted before it have no effect any more,
 * wherever they are pending (domain/tombstone.ts).
 */
export class DeleteRecord {
  readonly #descendants: Descendants;

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly versions: VersionSequence;
    },
  ) {
    this.#descendants = new Descendants(dependencies.registry);
  }

  /**
   * Returns null if there is no such record, or the guard does not match. Throws
   * STORAGE_UNAVAILABLE or JOURNAL_UNAVAILABLE; it can then be repeated, even if the record itself
   * is already deleted.
   */
  async delete(
    collection: Collection,
    key: string,
    guard: DeleteGuard | null = null,
  ): Promise<Deletion | null> {
    const { registry, buffer, versions } = this.dependencies;
    const owner = registry.backendOf(collection.name);
    const others = this.#otherStores(collection, owner);
    for (const store of [owner, ...others]) versions.observe(await store.newestVersion());
    // The delete is accepted at the moment at which the flush takes the pending writes: later
    // writes are newer, and stay.
    return buffer.flushThen(async (version) => {
      const target = { collection, key, owner, others };
      const deletion =
        guard === null
          ? await this.#deleteAll(target, version)
          : await this.#deleteGuarded(target, version, guard);
      if (deletion === null) return null;
      const { version: covering, parents } = deletion;
      await buffer.cover({ collection: collection.name, key }, parents, covering);
      return deletion;
    });
  }

  async #deleteAll(target: Target, version: Version): Promise<Deletion | null> {
    const { collection, key, owner, others } = target;
    const isStored = (await owner.read(collection, key)) !== null;
    // If the record is missing, the store may fail on it, so that it is still pending; or an earlier
    // delete was interrupted between two stores.
    const pending = this.dependencies.buffer.find(collection, key);
    const isPending = pending !== null && oldestVersion(pending) <= version;
    const rest = { onlyUnfinished: false, stores: others };
    if (!isStored && !isPending && !(await this.#descendants.exists(collection, key, rest)))
      return null;
    // The owner is last: if this is interrupted, the record still exists for a repetition.
    const first = await this.#deleteInOthers(target, version);
    const guard = isStored ? ALWAYS : undefined;
    const deletion = await owner.delete(collection, key, first.version, guard);
    if (deletion === null) return null;
    return deletion.version > first.version
      ? together(first, deletion, await this.#deleteInOthers(target, deletion.version))
      : together(first, deletion);
  }

  async #deleteGuarded(
    target: Target,
    version: Version,
    guard: DeleteGuard,
  ): Promise<Deletion | null> {
    const { collection, key, owner, others } = target;
    // Work on it was resumed since the flush: its children must stay, too.
    if (this.dependencies.buffer.find(collection, key) !== null) return null;
    if (others.length === 0) return owner.delete(collection, key, version, guard);
    let elsewhere: readonly Deletion[] = [];
    let failure: { readonly error: unknown } | null = null;
    const inOtherStores = async (least: Version): Promise<Version | null> => {
      failure = null;
      try {
        const rest = { onlyUnfinished: true, stores: others };
        if (guard.keepsUnfinished && (await this.#descendants.exists(collection, key, rest)))
          return null;
        const deletion = await this.#deleteInOthers(target, least);
        elsewhere = [...elsewhere, deletion];
        return deletion.version;
      } catch (error) {
        failure = { error };
        return null;
      }
    };
    const deletion = await owner.delete(collection, key, version, { ...guard, inOtherStores });
    rethrow(failure);
    if (deletion === null && elsewhere.length > 0) throw changedMeanwhile(collection, key);
    return deletion === null ? null : together(deletion, ...elsewhere);
  }

  async #deleteInOthers({ collection, key, others }: Target, version: Version): Promise<Deletion> {
    let all: Deletion = { version, descendants: new Map(), parents: [] };
    for (const store of others) {
      const deletion = await store.delete(collection, key, all.version);
      if (deletion === null) continue;
      // Also if the delete fails in the end: what is accepted from now on is newer than this tombstone.
      this.dependencies.versions.observe(deletion.version);
      all = together(all, deletion);
    }
    return all;
  }

  /** The other stores that hold descendants of such a record. */
  #otherStores(collection: Collection, owner: StorageBackend): readonly StorageBackend[] {
    const { registry } = this.dependencies;
    const stores = descendantsOf(collection).map(({ name }) => registry.backendOf(name));
    return [...new Set(stores)].filter((store) => store !== owner);
  }
}

/** Its store repeated its transaction, and then the guard was not met any more. */
function changedMeanwhile({ singular }: Collection, key: string): ServiceError {
  return new ServiceError(
    'STORAGE_UNAVAILABLE',
    `The ${singular} ${JSON.stringify(key)} was written while what belongs to it was deleted in another store. It stays, without that.`,
  );
}

function rethrow(failure: { readonly error: unknown } | null): void {
  if (failure !== null) throw failure.error;
}

/**
 * Combines the deletes of one record in several stores: what is accepted from now on is newer than
 * each.
 */
function together(...deletions: readonly Deletion[]): Deletion {
  const descendants = new Map<CollectionName, number>();
  for (const deletion of deletions) {
    for (const [name, count] of deletion.descendants)
      descendants.set(name, (descendants.get(name) ?? 0) + count);
  }
  return {
    version: Math.max(...deletions.map(({ version }) => version)),
    descendants,
    parents: deletions.flatMap(({ parents }) => parents),
  };
}
