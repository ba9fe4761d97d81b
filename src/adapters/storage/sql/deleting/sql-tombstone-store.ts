import type { Collection } from '../../../../domain/collection.js';
import type { Tombstone, TombstonePosition } from '../../../../domain/tombstone.js';
import type { Write } from '../../../../domain/write.js';
import type { TombstoneStore } from '../../../../ports/tombstone-store.js';
import type { SqlRunner } from '../dialect.js';
import { bury } from './bury.js';
import type { Covering } from './covering.js';

/** The tombstones of a store, as the copy of a store reads and changes them. */
export class SqlTombstoneStore implements TombstoneStore {
  constructor(
    private readonly runner: SqlRunner,
    private readonly covering: Covering,
  ) {}

  after(position: TombstonePosition | null, limit: number): Promise<readonly Tombstone[]> {
    return this.covering.tombstones.after(this.runner, position, limit);
  }

  async remaining(collection: Collection, writes: readonly Write[]): Promise<readonly Write[]> {
    if (writes.length === 0) return writes;
    const tombstones = await this.covering.tombstones.covering(this.runner, collection, writes);
    return tombstones.remaining(collection, writes);
  }

  bury(tombstones: readonly Tombstone[], at: number): Promise<void> {
    return bury(this.runner, this.covering, tombstones, at);
  }
}
