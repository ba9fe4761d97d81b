import type { SQL } from 'drizzle-orm';
import type { RowDataPacket } from 'mysql2/promise';
import { expect, it } from 'vitest';
import { MysqlDialect } from '../../../src/adapters/storage/mysql/mysql-dialect.js';
import { tables } from '../../../src/adapters/storage/mysql/schema.js';
import { parentsText } from '../../../src/adapters/storage/sql/statements/parents.js';
import { summaryText } from '../../../src/adapters/storage/sql/statements/summaries.js';
import { windowOf } from '../../../src/adapters/storage/sql/statements/windows.js';
import type { CollectionTable } from '../../../src/adapters/storage/sql/tables/collection-table.js';
import { storeTables } from '../../../src/adapters/storage/sql/tables/store-tables.js';
import { belongingTo, unfinished } from '../../../src/domain/query.js';
import { withConnection } from '../../support/mysql-servers/connection.js';
import { describeOnMysqlServers } from '../../support/mysql-servers/mysql-servers.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import { aMysqlStore } from '../../support/stores/mysql-store.js';

const SESSION_COUNT = 20;
const TASKS_EACH = 300;
const STATES = ['completed', 'failed', 'pending'];
const dialect = new MysqlDialect();
const table = storeTables(tables).collections.find(
  ({ collection }) => collection === TASKS,
) as CollectionTable;

/** The plan of a statement whose parameters are all texts without quotes, or numbers. */
async function planOf(
  query: (sql: string) => Promise<RowDataPacket[]>,
  statement: SQL,
): Promise<readonly { readonly key: string; readonly extra: string }[]> {
  const { text, params } = dialect.render(statement);
  const values = [...params];
  const whole = text.replaceAll('?', () => {
    const value = values.shift();
    return typeof value === 'number' ? String(value) : `'${String(value)}'`;
  });
  const rows = await query(`explain format=traditional ${whole}`);
  return rows.map((row) => ({ key: String(row.key), extra: String(row.Extra) }));
}

describeOnMysqlServers('with thousands of tasks', (server) => {
  it('statistics, sessions with work and a restore read what they need, not the table', async () => {
    const { database, store } = await aMysqlStore(server);
    await store.open();
    const sessions = Array.from({ length: SESSION_COUNT }, (_, index) => `s-${index}`);
    await store.write(
      SESSIONS,
      sessions.map((session) => sessionWrite(session, 1)),
    );
    for (const session of sessions) {
      const tasks = Array.from({ length: TASKS_EACH }, (_, index) =>
        taskWrite(`${session}-${index}`, index, {
          session_id: session,
          status: STATES[index % STATES.length] ?? '',
        }),
      );
      await store.write(TASKS, tasks);
    }
    expect((await store.parentsWith(TASKS, sessions, [unfinished(TASKS)])).length).toBe(
      SESSION_COUNT,
    );
    await withConnection(database.url, async (query) => {
      await query('analyze table translation_tasks');
      const [statistics] = await planOf(query, summaryText(table));
      expect(statistics).toMatchObject({
        key: 'translation_tasks_by_status_with_sums',
        extra: expect.stringContaining('Using index'),
      });
      const parents = parentsText(dialect, table, 'session_id', sessions, [unfinished(TASKS)]);
      expect(await planOf(query, parents)).toContainEqual({
        key: 'translation_tasks_by_session_id_status_created_at',
        extra: expect.stringContaining('Using index for group-by'),
      });
      const restore = windowOf(dialect, table, {
        conditions: [belongingTo('session_id', 's-7'), unfinished(TASKS)],
        sort: { field: 'created_at', direction: 'asc' },
        window: { kind: 'page', page: 1, size: 100 },
      });
      const keys = (await planOf(query, restore)).map(({ key }) => key);
      expect(keys).not.toContain('translation_tasks_by_created_at');
      expect(keys).toContainEqual(expect.stringMatching(/^translation_tasks_by_session_id_/));
    });
  });
});
