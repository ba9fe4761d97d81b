import { type Connection, createConnection } from 'mysql2/promise';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../src/adapters/time/system-clock.js';
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
});

function backendOn(url: string, collections: readonly CollectionName[]): MysqlBackend {
  return new MysqlBackend({
    clock: new SystemClock(),
    ...connectionOf(url),
    poolSize: 4,
    migrateOnStart: true,
    collections,
    ...migrationsOf('mysql'),
    logger: new RecordingLogger(),
  });
}
