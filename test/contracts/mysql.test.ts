import { describe, inject, it } from 'vitest';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { RecordingLogger } from '../support/fakes.js';
import { type FreshDatabase, freshDatabase } from '../support/mysql/fresh-database.js';
import { describeEveryStorageRule } from './every-storage-rule.contract.js';
import type { StorageUnderTest } from './storage-backend.contract.js';

function mysql(url: string, collections: readonly CollectionName[]): StorageUnderTest {
  let database: FreshDatabase | null = null;
  let backend: MysqlBackend | null = null;
  return {
    async open() {
      database = freshDatabase(url);
      backend = new MysqlBackend({
        ...database,
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

const servers = inject('mysqlServers');

if (servers.length === 0) {
  describe('MySQL', () => {
    it.skip('is not tested: there is no server (see TEST_MYSQL_URLS)', () => undefined);
  });
}

for (const { label, url } of servers) {
  describeEveryStorageRule(label, (collections) => mysql(url, collections), { propertyRuns: 60 });
}
