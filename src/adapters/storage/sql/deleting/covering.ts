import { sql } from 'drizzle-orm';
import type { Collection, CollectionName } from '../../../../domain/collection.js';
import { childrenOf } from '../../../../domain/collections/family.js';
import { goneSubject, type Tombstone } from '../../../../domain/tombstone.js';
import type { Version } from '../../../../domain/version.js';
import type { Refusal } from '../../../../ports/quarantine.js';
import type { SqlDialect, SqlRunner, SqlTransaction } from '../dialect.js';
import { oneOf } from '../statements/conditions.js';
import type { CollectionTable } from '../tables/collection-table.js';
import type { Conflicts } from './conflicts.js';
import { deleteRows } from './delete-rows.js';
import type { SqlTombstones } from './sql-tombstones.js';

/** Keys per statement. */
const KEYS_PER_STATEMENT = 500;

/** What a delete needs besides the tables of the collections. */
export interface Covering {
  readonly dialect: SqlDialect;
  readonly tombstones: SqlTombstones;
  readonly conflicts: Conflicts;
  /** The table of a collection; undefined if the store does not hold it. */
  readonly tableOf: (name: CollectionName) => CollectionTable | undefined;
  readonly quarantine: {
    /** See SqlQuarantine. */
    cover(
      transaction: SqlTransaction,
      collection: Collection,
      column: 'record_key' | 'parent_key',
      keys: readonly string[],
      version: Version,
      parent?: string,
    ): Promise<readonly string[]>;
    usedKeys(
      transaction: SqlTransaction,
      collection: Collection,
      keys: readonly string[],
    ): Promise<readonly string[]>;
    keep(
      transaction: SqlTransaction,
      collection: Collection,
      refusals: readonly Refusal[],
      at: number,
    ): Promise<void>;
  };
}

/**
 * Deletes what is in quarantine and belongs, directly or indirectly, to deleted records, up to the
 * version of the delete.
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
    await tombstones.put(transaction, goneAll(child, covered, version));
    await coverDescendants(transaction, covering, child, covered, version);
  }
}

/** The tombstones of records that go with their parent. */
export function goneAll(
  { name }: Collection,
  keys: readonly string[],
  version: Version,
): readonly Tombstone[] {
  return keys.map((key) => ({ ...goneSubject(name, key), version }));
}

/** Deletes stored records that belong to these, up to the version of the delete. */
export async function removeDescendants(
  transaction: SqlTransaction,
  covering: Covering,
  collection: Collection,
  keys: readonly string[],
  version: Version,
): Promise<void> {
  const { dialect, tableOf } = covering;
  for (const { collection: child, field } of childrenOf(collection)) {
    const table = tableOf(child.name);
    if (table === undefined) continue;
    for (let from = 0; from < keys.length; from += KEYS_PER_STATEMENT) {
      const ofThese = oneOf(table, field, keys.slice(from, from + KEYS_PER_STATEMENT));
      const old = sql`${ofThese} and ${table.column('version')} <= ${version}`;
      if (childrenOf(child).length > 0) {
        const rows = await transaction.all(
          dialect.render(
            sql`select ${table.key} as found_key from ${table.table} where ${old}${dialect.forUpdate}`,
          ),
        );
        const found = rows.map((row) => String(row.found_key));
        await covering.tombstones.put(transaction, goneAll(child, found, version));
        await removeDescendants(transaction, covering, child, found, version);
      }
      await deleteRows(transaction, dialect, table, old);
    }
  }
}

/**
 * Stores tombstones that writes have inherited from their parents (domain/tombstone.ts), and
 * deletes what they cover, stored or in quarantine. It runs twice: a transaction concurrent with
 * the first pass may have missed the tombstones, but has ended before the second pass.
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
        await removeDescendants(transaction, covering, collection, keys, version);
        await coverDescendants(transaction, covering, collection, keys, version);
      }
    });
  }
}
