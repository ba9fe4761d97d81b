import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../../src/adapters/sqlite-driver/open-database.js';
import { SqliteBackend } from '../../../../src/adapters/storage/sqlite/sqlite-backend.js';
import { earlierInserts, expectEarlierRows } from '../../../support/stores/earlier-rows.js';
import { olderMigrations } from '../../../support/stores/older-migrations.js';
import { temporaryFolder } from './temporary-sqlite.js';

it('the migrations of a SQLite store with data lose nothing', async () => {
  const path = join(await temporaryFolder(), 'store.db');
  const older = await olderMigrations('sqlite', 1);
  onTestFinished(older.remove);
  const open = async (migrations?: string) => {
    const backend = new SqliteBackend({
      path,
      migrateOnStart: true,
      collections: ['translation_sessions', 'translation_tasks'],
      ...(migrations === undefined ? {} : { migrations }),
    });
    await backend.open();
    return backend;
  };
  await (await open(older.folder)).close();
  // By hand: this version writes nothing to such a schema.
  const database = openDatabase(path);
  for (const insert of earlierInserts(String)) database.exec(insert);
  database.close();

  const backend = await open();
  await expectEarlierRows(backend);
  await backend.close();
  const checked = openDatabase(path);
  expect(checked.pragma('foreign_key_check')).toEqual([]);
  expect(checked.pragma('integrity_check', { simple: true })).toBe('ok');
  checked.close();
});
