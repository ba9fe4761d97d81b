import type { CollectionName } from '../domain/collection.js';
import type { Condition } from '../domain/query.js';
import type { Version } from '../domain/version.js';

export interface DeleteGuard {
  /** The record meets all of these. */
  readonly conditions: readonly Condition[];
  /** Whether the record stays while it has an unfinished descendant in this store. */
  readonly keepsUnfinished: boolean;
  /**
   * Deletes what belongs to the record in other stores, with this version or a greater one, which it
   * returns and the delete receives, too. Null: the record stays. It is called when the rest of the
   * guard is met, while the record is locked and before anything is deleted: whatever interrupts the
   * delete, the record is there as long as a descendant is. It is called again if the store must
   * repeat its transaction. It throws nothing: a failure elsewhere is none of this store.
   */
  readonly inOtherStores?: (version: Version) => Promise<Version | null>;
}

export interface Deletion {
  /** The version of the delete: the requested one, or a greater one. */
  readonly version: Version;
  /**
   * How many stored descendants were deleted with the record, by collection; without the record
   * itself and those in quarantine.
   */
  readonly descendants: ReadonlyMap<CollectionName, number>;
  /**
   * Those deleted descendants that other records may belong to. Each has left a tombstone `gone`.
   */
  readonly parents: readonly RecordName[];
}

export interface RecordName {
  readonly collection: CollectionName;
  readonly key: string;
}
