import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { RecordingLogger } from '../support/fakes.js';
import { connectionOf } from '../support/mysql-connection.js';
import type { FreshDatabase } from '../support/mysql-servers/fresh-database.js';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import type { MysqlServer } from '../support/mysql-servers/provided.js';
import { describeEveryStorageRule } from './every-storage-rule.contract.js';
import type { StorageUnderTest } from './store-under-test.js';

function mysql(server: MysqlServer, collections: readonly CollectionName[]): StorageUnderTest {
  let database: FreshDatabase | null = null;
  let backend: MysqlBackend | null = null;
  return {
    async open() {
      database = await freshDatabase(server);
      backend = new MysqlBackend({
        ...connectionOf(database.url),
        poolSize: 4,
        migrateOnStart: true,
        collections,
        logger: new RecordingLogger(),
      });
      await backend.open();
      return backend;
    },
    async close() {
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
