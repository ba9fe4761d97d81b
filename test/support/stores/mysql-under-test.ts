import { type Connection, createConnection } from 'mysql2/promise';
import { MysqlBackend } from '../../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../../src/adapters/time/system-clock.js';
import type { CollectionName } from '../../../src/domain/collection.js';
import { type StorageUnderTest, TABLES } from '../../contracts/storage/store-under-test.js';
import { RecordingLogger } from '../application/fakes.js';
import type { FreshDatabase } from '../mysql-servers/fresh-database.js';
import { freshDatabase } from '../mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../mysql-servers/provided.js';
import { migrationsOf } from './migrations-folder.js';
import { connectionOf } from './mysql-connection.js';

/** A store in its own database on a server, for the contract suites. */
export function mysqlUnderTest(
  server: Pick<MysqlServer, 'url'>,
  collections: readonly CollectionName[],
): StorageUnderTest {
  let database: FreshDatabase | null = null;
  let backend: MysqlBackend | null = null;
  let connection: Connection | null = null;
  return {
    async open() {
      database = await freshDatabase(server);
      backend = mysqlBackendOn(database.url, collections);
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

/** Not open yet; the caller closes it. */
export function mysqlBackendOn(url: string, collections: readonly CollectionName[]): MysqlBackend {
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
