import type { Collection } from '../../../../domain/collection.js';
import type { Write } from '../../../../domain/write.js';
import type { RecordName } from '../../../../ports/deletion.js';
import type { SqlTransaction } from '../dialect.js';

/**
 * Makes a write and a delete that could cover it change a common row, for stores where locks of
 * rows do not reach every transaction: of two concurrent ones, one then runs again and sees the
 * other. See docs/adr/0017-conflicts-in-a-cluster.md.
 *
 * A transaction calls it before it reads what it must not miss: a write its tombstones, a delete
 * the records that it deletes.
 */
export interface Conflicts {
  /** Of a transaction that stores these writes. */
  ofWrites(
    transaction: SqlTransaction,
    collection: Collection,
    writes: readonly Write[],
  ): Promise<void>;

  /** Of a transaction that puts these writes into the quarantine. */
  ofQuarantined(
    transaction: SqlTransaction,
    collection: Collection,
    writes: readonly Write[],
  ): Promise<void>;

  /** Of a transaction that leaves tombstones `deleted` or `gone` of these records. */
  ofDeletes(transaction: SqlTransaction, records: readonly RecordName[]): Promise<void>;

  /** Of a transaction that deletes a record which is not stored: with its first write. */
  ofAbsent(transaction: SqlTransaction, collection: Collection, key: string): Promise<void>;
}

const nothing = () => Promise.resolve();

/** For stores where locks are enough. */
export const NO_CONFLICTS: Conflicts = {
  ofWrites: nothing,
  ofQuarantined: nothing,
  ofDeletes: nothing,
  ofAbsent: nothing,
};
