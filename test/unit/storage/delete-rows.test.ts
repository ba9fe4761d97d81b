import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { MysqlDialect } from '../../../src/adapters/storage/mysql/mysql-dialect.js';
import { deleteRows } from '../../../src/adapters/storage/sql/deleting/delete-rows.js';
import type { SqlTransaction } from '../../../src/adapters/storage/sql/dialect.js';
import { SqliteDialect } from '../../../src/adapters/storage/sqlite/sqlite-dialect.js';

/** What is asked of a store that has so many rows. */
async function statements(dialect: MysqlDialect | SqliteDialect, rows: number) {
  const asked: string[] = [];
  let left = rows;
  const transaction = {
    run: async ({ text }) => {
      asked.push(text.replace(/\s+/g, ' '));
      const some = Math.min(left, Number(/limit (\d+)$/.exec(text)?.[1] ?? left));
      left -= some;
      return some;
    },
  } satisfies Partial<SqlTransaction> as Partial<SqlTransaction> as SqlTransaction;
  const table = { table: sql`tasks` } as unknown as Parameters<typeof deleteRows>[2];
  await deleteRows(transaction, dialect, table, sql`session_id = ${'s-1'}`);
  expect(left).toBe(0);
  return asked;
}

it('a million rows are deleted by statements that each end within seconds, on MySQL', async () => {
  const asked = await statements(new MysqlDialect(), 1_000_000);
  expect(asked).toHaveLength(51);
  expect(new Set(asked)).toEqual(new Set(['delete from tasks where session_id = ? limit 20000']));
});

it('rows are deleted by one statement on SQLite, which has no limit of time', async () => {
  expect(await statements(new SqliteDialect(), 1_000_000)).toEqual([
    'delete from tasks where session_id = ?',
  ]);
});
