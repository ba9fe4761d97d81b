import { and, type Column, eq, type SQL, sql } from 'drizzle-orm';
import type { CollectionName } from '../../../../domain/collection.js';
import { childrenOf, collectionOf } from '../../../../domain/collections/family.js';
import { subjectId, type Tombstone } from '../../../../domain/tombstone.js';
import type { Row, SqlRunner, SqlTransaction } from '../dialect.js';
import { oneOf } from '../statements/conditions.js';
import type { CollectionTable } from '../tables/collection-table.js';
import { type Covering, coverDescendants, removeDescendants } from './covering.js';
import { deleteRows } from './delete-rows.js';
import { removeBelow } from './remove-below.js';

/** Tombstones per transaction. */
const SLICE = 500;

/**
 * Keeps tombstones of another store, and deletes what they cover (ports/tombstone-store.ts). Each
 * slice runs twice: a transaction concurrent with the first pass may have missed the tombstones,
 * but has ended before the second pass.
 */
export async function bury(
  runner: SqlRunner,
  covering: Covering,
  tombstones: readonly Tombstone[],
  at: number,
): Promise<void> {
  for (let from = 0; from < tombstones.length; from += SLICE) {
    const some = tombstones.slice(from, from + SLICE);
    for (const _ of ['first', 'second']) {
      await runner.transaction(async (transaction) => {
        await covering.tombstones.put(transaction, some);
        for (const tombstone of await effective(transaction, covering, some))
          await removeCovered(transaction, covering, tombstone, at);
      });
    }
  }
}

async function removeCovered(
  transaction: SqlTransaction,
  covering: Covering,
  tombstone: Tombstone,
  at: number,
): Promise<void> {
  const { kind, key, parent, version } = tombstone;
  const collection = collectionOf(tombstone.collection);
  const { quarantine } = covering;
  if (kind === 'dropped') {
    const of = parent ?? '';
    await quarantine.cover(transaction, collection, 'record_key', [key], version, of);
    return;
  }
  if (kind === 'deleted') {
    await removeRecord(transaction, covering, tombstone, at);
    await quarantine.cover(transaction, collection, 'record_key', [key], version);
  }
  await removeDescendants(transaction, covering, collection, [key], version);
  await coverDescendants(transaction, covering, collection, [key], version);
}

/** Deletes the stored record, with everything below it, unless it is newer than the tombstone. */
async function removeRecord(
  transaction: SqlTransaction,
  covering: Covering,
  { collection: name, key, version }: Tombstone,
  at: number,
): Promise<void> {
  const { dialect } = covering;
  const table = covering.tableOf(name);
  if (table === undefined) return;
  const own = and(eq(table.key, key), sql`${table.column('version')} <= ${version}`);
  const [row] = await transaction.all(
    dialect.render(
      sql`select ${table.key} as found_key from ${table.table} where ${own}${dialect.forUpdate}`,
    ),
  );
  if (row === undefined) return;
  await removeBelow(transaction, covering, table.collection, [key], version, at);
  await deleteRows(transaction, dialect, table, own);
}

/**
 * Those tombstones for which the store has anything that they may cover: few, when a store is
 * copied, and each of the others would take several statements.
 */
async function effective(
  transaction: SqlTransaction,
  covering: Covering,
  tombstones: readonly Tombstone[],
): Promise<readonly Tombstone[]> {
  const found: Tombstone[] = [];
  for (const name of new Set(tombstones.map(({ collection }) => collection))) {
    const of = tombstones.filter(({ collection }) => collection === name);
    const keys = await usedKeys(transaction, covering, name, [
      ...new Set(of.map(({ key }) => key)),
    ]);
    found.push(...of.filter(({ key }) => keys.has(key)));
  }
  // In one order, so that two transactions lock rows in the same order.
  return found.sort((a, b) => (subjectId(a) < subjectId(b) ? -1 : 1));
}

/** Those of these keys that a stored or quarantined record has, or names as its parent. */
async function usedKeys(
  transaction: SqlTransaction,
  covering: Covering,
  name: CollectionName,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const collection = collectionOf(name);
  const used = new Set<string>();
  const look = async (table: CollectionTable | undefined, column: string) => {
    if (table === undefined) return;
    const rows = await distinct(transaction, covering, table, column, oneOf(table, column, keys));
    for (const row of rows) used.add(String(row.found));
  };
  await look(covering.tableOf(name), collection.key);
  for (const { collection: child, field } of childrenOf(collection))
    await look(covering.tableOf(child.name), field);
  for (const key of await covering.quarantine.usedKeys(transaction, collection, keys))
    used.add(key);
  return used;
}

function distinct(
  transaction: SqlTransaction,
  { dialect }: Covering,
  table: CollectionTable,
  name: string,
  condition: SQL,
): Promise<readonly Row[]> {
  const column: Column = table.column(name);
  return transaction.all(
    dialect.render(sql`select distinct ${column} as found from ${table.table} where ${condition}`),
  );
}
