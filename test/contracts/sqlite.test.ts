import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteBackend } from '../../src/adapters/storage/sqlite/sqlite-backend.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { describeEveryStorageRule } from './every-storage-rule.contract.js';
import type { StorageUnderTest } from './store-under-test.js';

function sqlite(collections: readonly CollectionName[]): StorageUnderTest {
  let folder = '';
  let backend: SqliteBackend | null = null;
  return {
    async open() {
      folder = await mkdtemp(join(tmpdir(), 'ps-sqlite-'));
      backend = new SqliteBackend({
        path: join(folder, 'test.db'),
        migrateOnStart: true,
        collections,
      });
      await backend.open();
      return backend;
    },
    async close() {
      await backend?.close();
      await backend?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeEveryStorageRule('SQLite', sqlite, { propertyRuns: 150 });
