import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteBackend } from '../../src/adapters/storage/sqlite/sqlite-backend.js';
import { describeMergeProperty } from './merge-property.contract.js';
import { describeStorageBackend, type StorageUnderTest } from './storage-backend.contract.js';

function sqlite(): StorageUnderTest {
  let folder = '';
  let backend: SqliteBackend | null = null;
  return {
    async open() {
      folder = await mkdtemp(join(tmpdir(), 'ps-sqlite-'));
      backend = new SqliteBackend({
        path: join(folder, 'test.db'),
        migrateOnStart: true,
        collections: ['translation_sessions', 'translation_tasks'],
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

describeStorageBackend('SQLite', sqlite());
describeMergeProperty('SQLite', sqlite(), 150);
