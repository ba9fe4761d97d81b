import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/sqlite-driver/open-database.js';
import { SqliteBackend } from '../../src/adapters/storage/sqlite/sqlite-backend.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { migrationsOf } from '../support/stores/migrations-folder.js';
import { describeEveryStorageRule } from './storage/every-storage-rule.contract.js';
import { type StorageUnderTest, TABLES } from './storage/store-under-test.js';

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
        ...migrationsOf('sqlite'),
      });
      await backend.open();
      return backend;
    },
    async empty() {
      // A separate connection: the backend has no method to remove its tombstones.
      const database = openDatabase(join(folder, 'test.db'));
      try {
        for (const table of TABLES) database.exec(`delete from ${table}`);
      } finally {
        database.close();
      }
    },
    async close() {
      await backend?.close();
      await backend?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describeEveryStorageRule('SQLite', sqlite, { propertyRuns: 150 });
