import { type SQL, sql } from 'drizzle-orm';
import { unfinished } from '../../../../domain/query.js';
import { deletedSubject, goneSubject, type Tombstone } from '../../../../domain/tombstone.js';
import type { Version } from '../../../../domain/version.js';
import type { DeleteGuard, Deletion, RecordName } from '../../../../ports/deletion.js';
import type { SqlDialect, SqlRunner, SqlTransaction } from '../dialect.js';
import { oneOf, where } from '../statements/conditions.js';
import { type Covering, coverDescendants } from './covering.js';
import { lockDescendants, newestOf, type TableTree } from './delete-locks.js';
import { deleteRows } from './delete-rows.js';

export interface DeleteTarget extends Covering {
  readonly tree: TableTree;
}

/**
 * Deletes a record and its descendants, stored or in quarantine: all or nothing, with a tombstone.
 * Returns null, with nothing changed, if the guard does not match.
 */
export async function deleteRecord(
  runner: SqlRunner,
  target: DeleteTarget,
  key: string,
  version: Version,
  guard: DeleteGuard | undefined,
): Promise<Deletion | null> {
  const first = await runner.transaction((transaction) =>
    deleteOnce(transaction, target, key, version, guard),
  );
  if (first === null) return null;
  // A transaction concurrent with the first one may have missed the tombstones. It has ended by
  // now, and what it added here is deleted too. Later transactions see the tombstones. With a guard
  // the record was here and locked, so only the quarantine can have new records.
  const again = await runner.transaction(async (transaction) => {
    const deletion =
      guard === undefined
        ? await deleteOnce(transaction, target, key, first.version, undefined)
        : null;
    // The second delete covers the same, except below what the first one deleted.
    if (deletion !== null && first.parents.length === 0) return deletion;
    const { version: last } = deletion ?? first;
    await target.tombstones.put(transaction, goneWith(first.parents, last));
    await cover(transaction, target, key, first.parents, last);
    return deletion;
  });
  return again === null ? first : together(first, again);
}

/**
 * First locks every row to be deleted: a transaction that writes one of them waits for the end of
 * this one, and then finds the tombstone. The delete can therefore receive a version that is
 * greater than that of each row.
 */
async function deleteOnce(
  transaction: SqlTransaction,
  target: DeleteTarget,
  key: string,
  version: Version,
  guard: DeleteGuard | undefined,
): Promise<Deletion | null> {
  const { dialect, tombstones, conflicts, tree } = target;
  const { table } = tree;
  const { collection } = table;
  const own = oneOf(table, collection.key, [key]);
  await conflicts.ofDeletes(transaction, [{ collection: collection.name, key }]);
  const conditions = and(own, where(dialect, table, guard?.conditions ?? []));
  const stored = await newestOf(transaction, dialect, table, conditions);
  if (guard !== undefined && stored.rows === 0) {
    await transaction.rollback();
    return null;
  }
  if (stored.rows === 0) await conflicts.ofAbsent(transaction, collection, key);
  // Locked before the guard is checked: no record becomes unfinished after the check.
  const below = await lockDescendants(transaction, dialect, tree, [key]);
  if (guard?.keepsUnfinished && (await hasUnfinished(transaction, dialect, tree, own))) {
    await transaction.rollback();
    return null;
  }
  const newest = await agreed(guard, Math.max(version, stored.newest + 1, below.newest + 1));
  if (newest === null) {
    await transaction.rollback();
    return null;
  }
  const subject = deletedSubject(collection.name, key);
  await tombstones.put(transaction, [
    { ...subject, version: newest },
    ...goneWith(below.parents, newest),
  ]);
  // Children before their parents, as the foreign keys require.
  for (const rows of [...below.tables].reverse())
    await deleteRows(transaction, dialect, rows.table, rows.condition);
  await deleteRows(transaction, dialect, table, own);
  await cover(transaction, target, key, below.parents, newest);
  return { version: newest, descendants: below.rows, parents: below.parents };
}

/** The version that the delete receives in all stores; null if the other stores do not agree. */
async function agreed(guard: DeleteGuard | undefined, version: Version): Promise<Version | null> {
  return guard?.inOtherStores === undefined ? version : guard.inOtherStores(version);
}

/** Deletes what is covered in the quarantine. */
async function cover(
  transaction: SqlTransaction,
  target: DeleteTarget,
  key: string,
  parents: readonly RecordName[],
  version: Version,
): Promise<void> {
  const { collection } = target.tree.table;
  await target.quarantine.cover(transaction, collection, 'record_key', [key], version);
  await coverDescendants(transaction, target, collection, [key], version);
  for (const tree of innerTrees(target.tree)) {
    const { collection: inner } = tree.table;
    const keys = parents.flatMap((name) => (name.collection === inner.name ? [name.key] : []));
    await coverDescendants(transaction, target, inner, keys, version);
  }
}

function goneWith(names: readonly RecordName[], version: Version): readonly Tombstone[] {
  return names.map(({ collection, key }) => ({ ...goneSubject(collection, key), version }));
}

/** The descendants that have children themselves. */
function innerTrees({ children }: TableTree): readonly TableTree[] {
  return children.flatMap(({ tree }) =>
    tree.children.length === 0 ? [] : [tree, ...innerTrees(tree)],
  );
}

/** Whether the records that meet the condition have an unfinished descendant. */
async function hasUnfinished(
  transaction: SqlTransaction,
  dialect: SqlDialect,
  { table: parents, children }: TableTree,
  condition: SQL,
): Promise<boolean> {
  for (const { field, tree } of children) {
    const { table } = tree;
    const among = sql`${table.column(field)} in (select ${parents.key} from ${parents.table} where ${condition})`;
    const works = and(among, where(dialect, table, [unfinished(table.collection)]));
    const [row] = await transaction.all(
      dialect.render(sql`select ${table.key} from ${table.table} where ${works} limit 1`),
    );
    if (row !== undefined || (await hasUnfinished(transaction, dialect, tree, among))) return true;
  }
  return false;
}

function and(one: SQL, other: SQL | undefined): SQL {
  return other === undefined ? one : sql`${one} and ${other}`;
}

/** Combines two passes of one delete. */
function together(first: Deletion, second: Deletion): Deletion {
  const descendants = new Map(first.descendants);
  for (const [name, count] of second.descendants)
    descendants.set(name, (descendants.get(name) ?? 0) + count);
  return { version: second.version, descendants, parents: [...first.parents, ...second.parents] };
}
