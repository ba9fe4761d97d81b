import { expect, it } from 'vitest';
import { goneTasks } from '../../support/application/deleted-counts.js';
import { withConnection } from '../../support/mysql-servers/connection.js';
import { describeOnMysqlServers } from '../../support/mysql-servers/mysql-servers.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import { aMysqlStore } from '../../support/stores/mysql-store.js';

const PAGES = 500;

describeOnMysqlServers('the statements of a MySQL store', (server) => {
  it('leave nothing on the server, for any page and list length', async () => {
    const { database, store } = await aMysqlStore(server);
    await store.open();
    const prepared = () =>
      withConnection(database.url, async (query) => {
        const [row] = await query("show global status like 'Prepared_stmt_count'");
        return Number(row?.Value);
      });
    const before = await prepared();

    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    const keys = Array.from({ length: PAGES }, (_, index) => `t-${String(index).padStart(4, '0')}`);
    await store.write(
      TASKS,
      keys.map((key, index) => taskWrite(key, index)),
    );
    const sort = { field: 'created_at', direction: 'asc' } as const;
    for (let page = 1; page <= PAGES; page += 1) {
      const window = { kind: 'page', page, size: 1 } as const;
      const { items } = await store.query(TASKS, { conditions: [], sort, window });
      expect(items.map(({ key }) => key)).toEqual([keys[page - 1]]);
    }
    for (let length = 1; length <= 200; length += 1) {
      const some = keys.slice(0, length);
      expect((await store.existing(TASKS, some)).size).toBe(length);
      const conditions = [{ kind: 'one-of', field: 'task_id', values: some }] as const;
      expect(await store.count(TASKS, conditions)).toBe(length);
    }
    expect(await store.delete(SESSIONS, 's-1', 1)).toMatchObject({ descendants: goneTasks(PAGES) });
    // Others may use the server too.
    expect((await prepared()) - before).toBeLessThan(20);
  });
});
