import type { Collection } from '../../../domain/collection.js';
import { childrenOf } from '../../../domain/collections/family.js';
import { deletedSubject, type Tombstone } from '../../../domain/tombstone.js';
import type { Version } from '../../../domain/version.js';
import type { SqlRunner, SqlTransaction } from './dialect.js';
import type { SqlTombstones } from './sql-tombstones.js';

/** What a delete concerns beside the tables of the collections. */
export interface Covering {
  readonly tombstones: SqlTombstones;
  readonly quarantine: {
    /** As SqlQuarantine has it. */
    cover(
      transaction: SqlTransaction,
      collection: Collection,
      column: 'record_key' | 'parent_key',
      keys: readonly string[],
      version: Version,
    ): Promise<readonly string[]>;
  };
}

/**
 * Forgets what is in quarantine and belongs to deleted records, or to what belongs to them, up to
 * the version of the delete.
 */
export async function coverDescendants(
  transaction: SqlTransaction,
  covering: Covering,
  collection: Collection,
  keys: readonly string[],
  version: Version,
): Promise<void> {
  const { tombstones, quarantine } = covering;
  for (const { collection: child } of childrenOf(collection)) {
    const covered = await quarantine.cover(transaction, child, 'parent_key', keys, version);
    if (covered.length === 0 || childrenOf(child).length === 0) continue;
    await tombstones.put(transaction, deleted(child, covered, version));
    await coverDescendants(transaction, covering, child, covered, version);
  }
}

function deleted(
  { name }: Collection,
  keys: readonly string[],
  version: Version,
): readonly Tombstone[] {
  return keys.map((key) => ({ ...deletedSubject(name, key), version }));
}

/**
 * Keeps tombstones that writes have taken over from their parents (domain/tombstone.ts), and covers
 * the quarantine with them. Twice: what came into quarantine during the first transaction has not
 * met the tombstones, and has ended before the second one.
 */
export async function inherit(
  runner: SqlRunner,
  covering: Covering,
  collection: Collection,
  inherited: readonly Tombstone[],
): Promise<void> {
  const versions = new Set(inherited.map(({ version }) => version));
  for (const _ of ['first', 'second']) {
    await runner.transaction(async (transaction) => {
      await covering.tombstones.put(transaction, inherited);
      for (const version of versions) {
        const keys = inherited.flatMap((tombstone) =>
          tombstone.version === version ? [tombstone.key] : [],
        );
        await coverDescendants(transaction, covering, collection, keys, version);
      }
    });
  }
}
