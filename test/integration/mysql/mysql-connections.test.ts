import { expect, it, vi } from 'vitest';
import { withConnection } from '../../support/mysql-servers/connection.js';
import { describeOnMysqlServers } from '../../support/mysql-servers/mysql-servers.js';
import { SESSIONS } from '../../support/records/writes.js';
import { aMysqlStore } from '../../support/stores/mysql-store.js';

describeOnMysqlServers('the connections of a MySQL store', (server) => {
  it('are reported as in use, idle and waiting, up to the size of the pool', async () => {
    const { database, store } = await aMysqlStore(server);
    await store.open();
    expect(store.connections()).toEqual({ inUse: 0, idle: 1, limit: 2, waiting: 0 });

    await withConnection(database.url, async (query) => {
      await query('lock tables translation_sessions write');
      const reads = Array.from({ length: 5 }, () => store.read(SESSIONS, 's-1'));
      await vi.waitFor(
        () => expect(store.connections()).toEqual({ inUse: 2, idle: 0, limit: 2, waiting: 3 }),
        { timeout: 30_000 },
      );
      await query('unlock tables');
      await Promise.all(reads);
    });
    expect(store.connections()).toEqual({ inUse: 0, idle: 2, limit: 2, waiting: 0 });
  });

  it('use the time of the server, in any zone of either', async () => {
    const { store } = await aMysqlStore(server);
    await store.open();
    const before = Date.now();
    const time = await store.clock();
    // The same machine; a server may round.
    expect(time).toBeGreaterThanOrEqual(before - 1000);
    expect(time).toBeLessThanOrEqual(Date.now() + 1000);
  });
});
