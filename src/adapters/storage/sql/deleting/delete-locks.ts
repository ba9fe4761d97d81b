import { type SQL, sql } from 'drizzle-orm';
import type { CollectionName } from '../../../../domain/collection.js';
import type { Version } from '../../../../domain/version.js';
import type { RecordName } from '../../../../ports/deletion.js';
import type { SqlDialect, SqlTransaction } from '../dialect.js';
import { oneOf } from '../statements/conditions.js';
import type { CollectionTable } from '../tables/collection-table.js';

/** A table, and the tables whose records belong to its records. */
export interface TableTree {
  readonly table: CollectionTable;
  readonly children: readonly {
    /** The field that names the parent. */
    readonly field: string;
    readonly tree: TableTree;
  }[];
}

/** Keys per statement. */
const KEYS_PER_STATEMENT = 500;

/** Rows of one table that are deleted with their parents. */
export interface ChildRows {
  readonly table: CollectionTable;
  readonly condition: SQL;
}

export interface Descendants {
  /** The greatest version; 0 if there is none. */
  readonly newest: Version;
  readonly rows: ReadonlyMap<CollectionName, number>;
  /** Parents before their children. */
  readonly tables: readonly ChildRows[];
  /** Those that other records may belong to. */
  readonly parents: readonly RecordName[];
}

/** Locks all descendants of these records, level by level. */
export async function lockDescendants(
  transaction: SqlTransaction,
  dialect: SqlDialect,
  { children }: TableTree,
  keys: readonly string[],
): Promise<Descendants> {
  let newest = 0;
  const rows = new Map<CollectionName, number>();
  const tables: ChildRows[] = [];
  const parents: RecordName[] = [];
  for (const { field, tree } of children) {
    const { table } = tree;
    const { name: collection } = table.collection;
    for (let from = 0; from < keys.length; from += KEYS_PER_STATEMENT) {
      const condition = oneOf(table, field, keys.slice(from, from + KEYS_PER_STATEMENT));
      const found = await newestOf(transaction, dialect, table, condition);
      if (found.rows === 0) continue;
      tables.push({ table, condition });
      rows.set(collection, (rows.get(collection) ?? 0) + found.rows);
      newest = Math.max(newest, found.newest);
      if (tree.children.length === 0) continue;
      const own = await keysOf(transaction, dialect, table, condition);
      parents.push(...own.map((key) => ({ collection, key })));
      const below = await lockDescendants(transaction, dialect, tree, own);
      for (const [name, count] of below.rows) rows.set(name, (rows.get(name) ?? 0) + count);
      newest = Math.max(newest, below.newest);
      tables.push(...below.tables);
      parents.push(...below.parents);
    }
  }
  return { newest, rows, tables, parents };
}

/** Locks rows, and returns their number and their greatest version. */
export async function newestOf(
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

async function keysOf(
  transaction: SqlTransaction,
  dialect: SqlDialect,
  table: CollectionTable,
  condition: SQL,
): Promise<readonly string[]> {
  const rows = await transaction.all(
    dialect.render(sql`select ${table.key} as found_key from ${table.table} where ${condition}`),
  );
  return rows.map((row) => String(row.found_key));
}
