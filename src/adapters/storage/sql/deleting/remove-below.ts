import { and, type SQL, sql } from 'drizzle-orm';
import type { Collection } from '../../../../domain/collection.js';
import { type Child, childrenOf } from '../../../../domain/collections/family.js';
import type { Version } from '../../../../domain/version.js';
import type { Refusal } from '../../../../ports/quarantine.js';
import type { SqlTransaction } from '../dialect.js';
import { oneOf } from '../statements/conditions.js';
import { windowOf } from '../statements/windows.js';
import type { CollectionTable } from '../tables/collection-table.js';
import { fromRow } from '../tables/rows.js';
import { type Covering, goneAll } from './covering.js';
import { deleteRows } from './delete-rows.js';

const KEYS_PER_STATEMENT = 500;
/** Records that are moved to quarantine at a time, and bytes of their texts. */
const MOVED = 100;
const MOVED_BYTES = 8 * 1024 * 1024;

/**
 * Deletes everything that belongs to records that go. What is newer than `version` is moved to
 * quarantine: the delete does not cover it, and its parent is missing from now on.
 */
export async function removeBelow(
  transaction: SqlTransaction,
  covering: Covering,
  collection: Collection,
  keys: readonly string[],
  version: Version,
  at: number,
): Promise<void> {
  for (const child of childrenOf(collection)) {
    const table = covering.tableOf(child.collection.name);
    if (table === undefined) continue;
    for (let from = 0; from < keys.length; from += KEYS_PER_STATEMENT) {
      const own = oneOf(table, child.field, keys.slice(from, from + KEYS_PER_STATEMENT));
      const below = { table, child, own, version };
      await removeOld(transaction, covering, below, at);
      await moveNewer(transaction, covering, below, at);
    }
  }
}

/** The records of one collection that belong to records that go. */
interface Below {
  readonly table: CollectionTable;
  readonly child: Child;
  readonly own: SQL;
  readonly version: Version;
}

async function removeOld(
  transaction: SqlTransaction,
  covering: Covering,
  { table, child, own, version }: Below,
  at: number,
): Promise<void> {
  const old = and(own, sql`${table.column('version')} <= ${version}`);
  if (childrenOf(child.collection).length > 0) {
    const keys = await lockedKeys(transaction, covering, table, old);
    await covering.tombstones.put(transaction, goneAll(child.collection, keys, version));
    await removeBelow(transaction, covering, child.collection, keys, version, at);
  }
  await deleteRows(transaction, covering.dialect, table, old);
}

async function moveNewer(
  transaction: SqlTransaction,
  covering: Covering,
  { table, child, own, version }: Below,
  at: number,
): Promise<void> {
  const { dialect, quarantine } = covering;
  const { collection, field } = child;
  for (;;) {
    // The old ones are gone: all that are left are newer.
    const keys = await lockedKeys(transaction, covering, table, own, MOVED);
    if (keys.length === 0) return;
    const conditions = [{ kind: 'one-of', field: collection.key, values: keys }] as const;
    const sort = { field: collection.key, direction: 'asc' } as const;
    const window = { kind: 'page', page: 1, size: keys.length } as const;
    const query = { conditions, sort, window, maxBytes: MOVED_BYTES };
    const rows = await transaction.all(dialect.render(windowOf(dialect, table, query)));
    const refusals = rows.map((row) => orphanOf(field, fromRow(dialect, table, row)));
    await quarantine.keep(transaction, collection, refusals, at);
    const moved = refusals.map(({ write }) => write.key);
    await removeBelow(transaction, covering, collection, moved, version, at);
    const these = oneOf(table, collection.key, moved);
    await deleteRows(transaction, dialect, table, these);
  }
}

function orphanOf(field: string, write: Refusal['write']): Refusal {
  const parent = String(write.fields[field]);
  const reason = `MISSING_PARENT: ${field} ${JSON.stringify(parent)} does not exist`;
  return { write, reason, missingParent: parent };
}

async function lockedKeys(
  transaction: SqlTransaction,
  { dialect }: Covering,
  table: CollectionTable,
  condition: SQL | undefined,
  most?: number,
): Promise<readonly string[]> {
  const limit = most === undefined ? sql`` : sql` order by ${table.key} limit ${most}`;
  const rows = await transaction.all(
    dialect.render(
      sql`select ${table.key} as found_key from ${table.table} where ${condition}${limit}${dialect.forUpdate}`,
    ),
  );
  return rows.map((row) => String(row.found_key));
}
