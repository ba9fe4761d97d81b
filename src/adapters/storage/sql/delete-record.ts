import { type SQL, sql } from 'drizzle-orm';
import { belongingTo, type Condition } from '../../../domain/query.js';
import type { Version } from '../../../domain/version.js';
import type { DeleteGuard, Deletion } from '../../../ports/storage-backend.js';
import type { CollectionTable } from './collection-table.js';
import { oneOf, where } from './conditions.js';
import type { SqlDialect, SqlRunner, SqlTransaction } from './dialect.js';
import type { SqlQuarantine } from './sql-quarantine.js';
import type { SqlTombstones } from './sql-tombstones.js';

/** A table whose records belong to those of another one. */
export interface ChildTable {
  readonly table: CollectionTable;
  /** Names the parent. */
  readonly field: string;
}

export interface DeleteTarget {
  readonly dialect: SqlDialect;
  readonly tombstones: SqlTombstones;
  readonly quarantine: SqlQuarantine;
  readonly table: CollectionTable;
  readonly children: readonly ChildTable[];
}

/**
 * Deletes a record and what belongs to it, stored or in quarantine: all of it or nothing, with a
 * tombstone. Null, with nothing changed, when the guard does not hold.
 */
export async function deleteRecord(
  runner: SqlRunner,
  target: DeleteTarget,
  key: string,
  version: Version,
  guard: DeleteGuard | undefined,
): Promise<Deletion | null> {
  const deletion = await runner.transaction((transaction) =>
    deleteRows(transaction, target, key, version, guard),
  );
  if (deletion === null) return null;
  // Whoever put something here meanwhile has not met the tombstone, and is done by now; whoever
  // comes later meets it. Where the record itself was here, a new child has waited for its row.
  if (guard !== undefined) {
    await runner.transaction((transaction) => cover(transaction, target, key, deletion.version));
    return deletion;
  }
  const again = await runner.transaction((transaction) =>
    deleteRows(transaction, target, key, deletion.version, undefined),
  );
  return again === null ? deletion : { ...again, children: deletion.children + again.children };
}

/**
 * First every row that goes is locked: whoever writes one of them waits for the end of the
 * transaction, and then finds the tombstone. So the delete can be given a version that is greater
 * than that of each row.
 */
async function deleteRows(
  transaction: SqlTransaction,
  target: DeleteTarget,
  key: string,
  version: Version,
  guard: DeleteGuard | undefined,
): Promise<Deletion | null> {
  const { dialect, tombstones, table, children } = target;
  const own = oneOf(table, table.collection.key, [key]);
  const conditions = and(own, where(dialect, table, guard?.conditions ?? []));
  const stored = await newestOf(transaction, dialect, table, conditions);
  if (
    guard !== undefined &&
    (stored.rows === 0 || (await isKept(transaction, target, key, guard)))
  ) {
    await transaction.rollback();
    return null;
  }
  let newest = Math.max(version, stored.newest + 1);
  let deleted = 0;
  for (const child of children) {
    const ofParent = oneOf(child.table, child.field, [key]);
    const found = await newestOf(transaction, dialect, child.table, ofParent);
    newest = Math.max(newest, found.newest + 1);
    deleted += found.rows;
  }
  const collection = table.collection.name;
  const subject = { kind: 'deleted', collection, key, parent: null } as const;
  await tombstones.put(transaction, { ...subject, version: newest });
  for (const child of children) {
    await remove(transaction, dialect, child.table, oneOf(child.table, child.field, [key]));
  }
  await remove(transaction, dialect, table, own);
  await cover(transaction, target, key, newest);
  return { version: newest, children: deleted };
}

/** Takes along what is in quarantine. */
async function cover(
  transaction: SqlTransaction,
  { table, children, quarantine }: DeleteTarget,
  key: string,
  version: Version,
): Promise<void> {
  for (const child of children) {
    await quarantine.cover(transaction, child.table.collection, 'parent_key', key, version);
  }
  await quarantine.cover(transaction, table.collection, 'record_key', key, version);
}

/** Whether a record that belongs to this one keeps it. */
async function isKept(
  transaction: SqlTransaction,
  { dialect, children }: DeleteTarget,
  key: string,
  { childless }: DeleteGuard,
): Promise<boolean> {
  if (childless === null) return false;
  for (const { table, field } of children) {
    const conditions: Condition[] = [belongingTo(field, key), ...childless];
    const condition = where(dialect, table, conditions);
    const [row] = await transaction.all(
      dialect.render(sql`select ${table.key} from ${table.table} where ${condition} limit 1`),
    );
    if (row !== undefined) return true;
  }
  return false;
}

/** Locks rows, and tells how many they are and the greatest of their versions. */
async function newestOf(
  transaction: SqlTransaction,
  dialect: SqlDialect,
  table: CollectionTable,
  condition: SQL,
): Promise<{ readonly rows: number; readonly newest: Version }> {
  const [row] = await transaction.all(
    dialect.render(
      sql`select count(*) as found, max(${table.column('version')}) as newest from ${table.table} where ${condition}${dialect.forUpdate}`,
    ),
  );
  return { rows: Number(row?.found ?? 0), newest: Number(row?.newest ?? 0) };
}

async function remove(
  transaction: SqlTransaction,
  dialect: SqlDialect,
  { table }: CollectionTable,
  condition: SQL,
): Promise<void> {
  await transaction.run(dialect.render(sql`delete from ${table} where ${condition}`));
}

function and(one: SQL, other: SQL | undefined): SQL {
  return other === undefined ? one : sql`${one} and ${other}`;
}
