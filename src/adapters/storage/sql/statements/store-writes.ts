import type { Tombstone } from '../../../../domain/tombstone.js';
import type { Write } from '../../../../domain/write.js';
import { type Covering, inherit } from '../deleting/covering.js';
import type { SqlRunner } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';
import { toRow } from '../tables/rows.js';
import type { Upserts } from './upsert.js';

export interface WriteTarget extends Covering {
  readonly table: CollectionTable;
  readonly upserts: Upserts;
}

/** See StorageBackend.write. */
export async function storeWrites(
  runner: SqlRunner,
  target: WriteTarget,
  writes: readonly Write[],
): Promise<number> {
  const { collection } = target.table;
  // In the order of keys, so that two transactions lock rows in the same order.
  let remaining: readonly Write[] = [...writes].sort((a, b) => (a.key < b.key ? -1 : 1));
  while (remaining.length > 0) {
    const { left, inherited } = await writeAll(runner, target, remaining);
    if (inherited.length > 0) await inherit(runner, target, collection, inherited);
    if (left === remaining) break;
    remaining = left;
  }
  return writes.length - remaining.length;
}

/**
 * Returns the same writes if it has stored them; otherwise those that no delete covers, having
 * stored none.
 */
function writeAll(
  runner: SqlRunner,
  { dialect, tombstones, conflicts, table, upserts }: WriteTarget,
  writes: readonly Write[],
): Promise<{ readonly left: readonly Write[]; readonly inherited: readonly Tombstone[] }> {
  const { collection } = table;
  const { text, older } = upserts.for(writes);
  const rows = writes.map((write) => toRow(dialect, table, write, older));
  return runner.transaction(async (transaction) => {
    await conflicts.ofWrites(transaction, collection, writes);
    // Queried last, with the rows locked: a delete either waits for them and deletes them, or has
    // ended, and its tombstone is found here.
    const [, covering] = await Promise.all([
      transaction.upsert(text, rows),
      tombstones.covering(transaction, collection, writes),
    ]);
    const left = covering.remaining(collection, writes);
    if (left === writes) return { left, inherited: [] };
    await transaction.rollback();
    return { left, inherited: covering.inherited(collection, writes) };
  });
}
