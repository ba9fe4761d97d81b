import { expect, it, onTestFinished, vi } from 'vitest';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { RecordingLogger } from '../support/fakes.js';
import { connectionOf } from '../support/mysql-connection.js';
import { withConnection } from '../support/mysql-servers/connection.js';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../support/mysql-servers/provided.js';
import { SESSIONS } from '../support/writes.js';

async function anOpenStore(server: MysqlServer) {
  const database = await freshDatabase(server);
  onTestFinished(() => database.drop());
  const store = new MysqlBackend({
    ...connectionOf(database.url),
    poolSize: 2,
    migrateOnStart: true,
    collections: ['translation_sessions', 'translation_tasks'],
    logger: new RecordingLogger(),
  });
  onTestFinished(() => store.close());
  await store.open();
  return { database, store };
}

describeOnMysqlServers('the connections of a MySQL store', (server) => {
  it('are shown as at work, idle and waited for, up to the size of the pool', async () => {
    const { database, store } = await anOpenStore(server);
    expect(store.connections()).toEqual({ inUse: 0, idle: 0, limit: 2, waiting: 0 });

    await withConnection(database.url, async (query) => {
      await query('lock tables translation_sessions write');
      const reads = Array.from({ length: 5 }, () => store.read(SESSIONS, 's-1'));
      await vi.waitFor(() =>
        expect(store.connections()).toEqual({ inUse: 2, idle: 0, limit: 2, waiting: 3 }),
      );
      await query('unlock tables');
      await Promise.all(reads);
    });
    expect(store.connections()).toEqual({ inUse: 0, idle: 2, limit: 2, waiting: 0 });
  });

  it('tell the time of the server, whatever the zone of either', async () => {
    const { store } = await anOpenStore(server);
    const before = Date.now();
    const time = await store.clock();
    // The same machine; a server rounds as it likes.
    expect(time).toBeGreaterThanOrEqual(before - 1000);
    expect(time).toBeLessThanOrEqual(Date.now() + 1000);
  });
});
