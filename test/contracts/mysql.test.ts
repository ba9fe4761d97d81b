import { type Connection, createConnection } from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { RecordingLogger } from '../support/application/fakes.js';
import type { FreshDatabase } from '../support/mysql-servers/fresh-database.js';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../support/mysql-servers/provided.js';
import { migrationsOf } from '../support/stores/migrations-folder.js';
import { connectionOf } from '../support/stores/mysql-connection.js';
import { describeEveryStorageRule } from './storage/every-storage-rule.contract.js';
import { type StorageUnderTest, TABLES } from './storage/store-under-test.js';

function mysql(server: MysqlServer, collections: readonly CollectionName[]): StorageUnderTest {
  let database: FreshDatabase | null = null;
  let backend: MysqlBackend | null = null;
  let connection: Connection | null = null;
  return {
    async open() {
      database = await freshDatabase(server);
      backend = backendOn(database.url, collections);
      await backend.open();
      return backend;
    },
    async empty() {
      if (database === null) return;
      connection ??= await createConnection(database.url);
      for (const table of TABLES) await connection.query(`delete from ${table}`);
    },
    async close() {
      await connection?.end();
      await backend?.close();
      await backend?.close();
      await database?.drop();
    },
  };
}

describeOnMysqlServers('mysql', (server) => {
  describeEveryStorageRule(server.label, (collections) => mysql(server, collections), {
    propertyRuns: 60,
  });

  describe(`${server.label} shared by two services`, () => {
    const collections = ['translation_sessions', 'translation_tasks'] as const;

    it('grants a lease to one of them at a time, and to the other when the work ends or fails', async () => {
      const database = await freshDatabase(server);
      const [first, second] = [1, 2].map(() => backendOn(database.url, collections)) as [
        MysqlBackend,
        MysqlBackend,
      ];
      try {
        const during = await first.withLease('work', () =>
          second.withLease('work', async () => 'second'),
        );
        expect(during).toBe(null);
        // The server detects a moment later that the connection with the lock is closed.
        await expect.poll(() => second.withLease('work', async () => 'second')).toBe('second');
        const failing = () => first.withLease('work', () => Promise.reject(new Error('it failed')));
        await expect.poll(() => failing().catch(({ message }) => message)).toBe('it failed');
        await expect.poll(() => second.withLease('work', async () => 'again')).toBe('again');
      } finally {
        await first.close();
        await second.close();
        await database.drop();
      }
    });
  });
});

function backendOn(url: string, collections: readonly CollectionName[]): MysqlBackend {
  return new MysqlBackend({
    ...connectionOf(url),
    poolSize: 4,
    migrateOnStart: true,
    collections,
    ...migrationsOf('mysql'),
    logger: new RecordingLogger(),
  });
}
