import type { Collection, CollectionName } from '../../../domain/collection.js';
import { childrenOf, collectionOf, descendantsOf } from '../../../domain/collections/family.js';
import type { Tombstone, TombstonePosition } from '../../../domain/tombstone.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type { TombstoneStore } from '../../../ports/tombstone-store.js';
import type { MemoryQuarantine } from './memory-quarantine.js';
import { goneWith, type MemoryTombstones } from './memory-tombstones.js';

/** The parts of a MemoryBackend that a burial changes. */
export interface Grounds {
  readonly tombstones: MemoryTombstones;
  readonly quarantine: MemoryQuarantine;
  /** Undefined if the store does not hold the collection. */
  readonly tableOf: (name: CollectionName) => Map<string, Write> | undefined;
  /** Deletes what is covered in the quarantine of a collection. */
  readonly cover: (collection: Collection) => void;
  /** Keeps tombstones, and deletes what belongs to their subjects up to their versions. */
  readonly keep: (collection: Collection, tombstones: readonly Tombstone[]) => void;
}

/** The reference implementation of TombstoneStore. */
export class MemoryTombstoneStore implements TombstoneStore {
  constructor(private readonly grounds: Grounds) {}

  async after(position: TombstonePosition | null, limit: number): Promise<readonly Tombstone[]> {
    return this.grounds.tombstones.after(position, limit);
  }

  async remaining(collection: Collection, writes: readonly Write[]): Promise<readonly Write[]> {
    const { tombstones } = this.grounds;
    return writes.flatMap((write) => tombstones.remaining(collection, write) ?? []);
  }

  async bury(tombstones: readonly Tombstone[], at: number): Promise<void> {
    for (const tombstone of tombstones) this.#bury(tombstone, at);
  }

  #bury(tombstone: Tombstone, at: number): void {
    const { kind, key, version } = tombstone;
    const collection = collectionOf(tombstone.collection);
    const table = this.grounds.tableOf(collection.name);
    if (kind === 'dropped') {
      this.grounds.tombstones.add(tombstone);
      this.grounds.cover(collection);
      return;
    }
    const stored = table?.get(key);
    if (kind === 'deleted' && stored !== undefined && stored.version <= version) {
      this.#removeBelow(collection, key, version, at);
      table?.delete(key);
    }
    this.grounds.keep(collection, [tombstone]);
    for (const each of [collection, ...descendantsOf(collection)]) this.grounds.cover(each);
  }

  /** Everything that belongs to a record that goes. */
  #removeBelow(collection: Collection, key: string, version: Version, at: number): void {
    for (const { collection: child, field } of childrenOf(collection)) {
      const table = this.grounds.tableOf(child.name);
      const own = [...(table?.values() ?? [])].filter(({ fields }) => fields[field] === key);
      for (const write of own) {
        this.#removeBelow(child, write.key, version, at);
        table?.delete(write.key);
        if (write.version > version) this.#quarantine(child, write, { field, key }, at);
        else this.grounds.keep(child, goneWith(child, write, version));
      }
    }
  }

  #quarantine(
    collection: Collection,
    write: Write,
    parent: { readonly field: string; readonly key: string },
    at: number,
  ): void {
    const reason = `MISSING_PARENT: ${parent.field} ${JSON.stringify(parent.key)} does not exist`;
    void this.grounds.quarantine.add(
      collection,
      [{ write, reason, missingParent: parent.key }],
      at,
    );
  }
}
