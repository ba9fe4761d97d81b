import type { Collection } from '../domain/collection.js';
import type { Tombstone, TombstonePosition } from '../domain/tombstone.js';
import type { Write } from '../domain/write.js';

/**
 * The tombstones of one store (domain/tombstone.ts), for copying it to another. Failures are those
 * of StorageBackend.
 */
export interface TombstoneStore {
  /**
   * Those after a position, in the order of versions, then of subject ids byte for byte; null
   * starts at the first. Empty if none follows. Other calls may add tombstones meanwhile.
   */
  after(position: TombstonePosition | null, limit: number): Promise<readonly Tombstone[]>;

  /** What the deletes in this store leave of these writes; changes nothing. */
  remaining(collection: Collection, writes: readonly Write[]): Promise<readonly Write[]>;

  /**
   * Keeps tombstones of another store; of two with the same subject, the greater version counts.
   * Deletes what they cover, stored or in quarantine, and nothing that was accepted after them: a
   * stored record whose newest write is newer stays as it is, and a newer descendant of a record
   * that goes is moved to quarantine, because its parent is missing then. May be repeated. `at`,
   * epoch milliseconds, becomes the time of records that are quarantined.
   *
   * Unlike `delete`, it does not take a version above everything that it deletes.
   */
  bury(tombstones: readonly Tombstone[], at: number): Promise<void>;
}
