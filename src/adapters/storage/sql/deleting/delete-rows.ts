import { type SQL, sql } from 'drizzle-orm';
import type { SqlDialect, SqlTransaction } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';

/**
 * Deletes the rows that meet the condition, with as many statements as the dialect needs: a record
 * may have a million descendants, and one statement for all of them would exceed the time after
 * which a statement counts as lost, at each attempt.
 */
export async function deleteRows(
  transaction: SqlTransaction,
  dialect: Pick<SqlDialect, 'render' | 'rowsPerDelete'>,
  { table }: Pick<CollectionTable, 'table'>,
  condition: SQL | undefined,
): Promise<void> {
  const { rowsPerDelete } = dialect;
  const limit = rowsPerDelete === null ? sql`` : sql` limit ${sql.raw(String(rowsPerDelete))}`;
  const statement = dialect.render(sql`delete from ${table} where ${condition}${limit}`);
  for (;;) {
    const deleted = await transaction.run(statement);
    if (rowsPerDelete === null || deleted < rowsPerDelete) return;
  }
}
