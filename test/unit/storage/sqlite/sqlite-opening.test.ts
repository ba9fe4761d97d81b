import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src/adapters/sqlite-driver/open-database.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { ConfigurationError } from '../../../../src/ports/configuration-error.js';
import { SESSIONS, sessionWrite } from '../../../support/records/writes.js';
import { aBackend, temporaryFolder } from './temporary-sqlite.js';

const migrations = fileURLToPath(new URL('../../../../migrations/sqlite', import.meta.url));

/** The migrations of a later version of the service: those of this one, and another column. */
async function laterMigrations(folder: string): Promise<string> {
  const later = join(folder, 'migrations');
  await cp(migrations, later, { recursive: true });
  const journalPath = join(later, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(journalPath, 'utf8')) as {
    entries: { idx: number; when: number; tag: string }[];
  };
  const last = journal.entries.at(-1);
  if (last === undefined) throw new Error('there is no migration');
  const next = { ...last, idx: last.idx + 1, when: last.when + 1, tag: 'later' };
  await writeFile(journalPath, JSON.stringify({ ...journal, entries: [...journal.entries, next] }));
  await writeFile(
    join(later, 'later.sql'),
    'ALTER TABLE translation_sessions ADD COLUMN owner_version integer DEFAULT 0 NOT NULL;',
  );
  return later;
}

describe('opening an SQLite store', () => {
  it('creates the folder and the file, and keeps what was written for the next start', async () => {
    const path = join(await temporaryFolder(), 'deep/down/store.db');
    const first = aBackend(path);
    await first.open();
    await first.write(SESSIONS, [sessionWrite('s-1', 1, { metadata: '{"a":1}' })]);
    const written = await first.read(SESSIONS, 's-1');
    await first.close();
    const second = aBackend(path);
    await second.open();
    expect(await second.read(SESSIONS, 's-1')).toEqual(written);
  });

  it('reports the driver and the SQLite version', async () => {
    const backend = aBackend(join(await temporaryFolder(), 'store.db'));
    await backend.open();
    expect(backend.driver).toMatch(/^better-sqlite3 \d+\.\d+\.\d+ \(SQLite 3\.\d+\.\d+\)$/);
  });

  it('uses a write-ahead log, and writes it into the file when it is closed', async () => {
    const folder = await temporaryFolder();
    const backend = aBackend(join(folder, 'store.db'));
    await backend.open();
    await backend.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await readdir(folder)).toContain('store.db-wal');
    expect(await backend.sizeBytes()).toBeGreaterThan(4096);
    await backend.close();
    expect(await readdir(folder)).toEqual(['store.db']);
  });

  it('refuses a file without schema if migrating is disabled, and says what to do', async () => {
    const backend = aBackend(join(await temporaryFolder(), 'store.db'), { migrateOnStart: false });
    const opening = backend.open();
    await expect(opening).rejects.toBeInstanceOf(ConfigurationError);
    await expect(opening).rejects.toThrow(/is older .* storage\.migrate_on_start/);
  });

  it('accepts an up-to-date file if migrating is disabled', async () => {
    const path = join(await temporaryFolder(), 'store.db');
    const first = aBackend(path);
    await first.open();
    await first.close();
    const second = aBackend(path, { migrateOnStart: false });
    await second.open();
    expect(await second.count(SESSIONS, [])).toBe(0);
  });

  it('migrates an older schema, and keeps its records', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'store.db');
    const older = aBackend(path);
    await older.open();
    await older.write(SESSIONS, [sessionWrite('s-1', 1)]);
    await older.close();
    const newer = aBackend(path, { migrations: await laterMigrations(folder) });
    await newer.open();
    expect(await newer.count(SESSIONS, [])).toBe(1);
  });

  it.each([true, false])(
    'refuses a schema that is newer than the code (migrate: %s)',
    async (migrateOnStart) => {
      const folder = await temporaryFolder();
      const path = join(folder, 'store.db');
      const newer = aBackend(path, { migrations: await laterMigrations(folder) });
      await newer.open();
      await newer.close();
      const opening = aBackend(path, { migrateOnStart }).open();
      await expect(opening).rejects.toBeInstanceOf(ConfigurationError);
      await expect(opening).rejects.toThrow(/is newer than this version/);
    },
  );

  it('refuses a path that is a folder, and names the key', async () => {
    const path = join(await temporaryFolder(), 'store.db');
    await mkdir(path);
    const opening = aBackend(path).open();
    await expect(opening).rejects.toBeInstanceOf(ConfigurationError);
    await expect(opening).rejects.toThrow(
      `sqlite.path: ${path} is a folder. Set the path of a file, for example ${path}/persistence.db.`,
    );
  });

  it('refuses a path that is not a regular file', async () => {
    const opening = aBackend('/dev/null').open();
    await expect(opening).rejects.toBeInstanceOf(ConfigurationError);
    await expect(opening).rejects.toThrow('sqlite.path: /dev/null is not a regular file');
  });

  it('removes the folders that it created if it cannot open the file', async () => {
    const folder = await temporaryFolder();
    // The name of the lock beside it is too long.
    const backend = aBackend(join(folder, 'deep/down', 'x'.repeat(252)));
    await expect(backend.open()).rejects.toThrow('ENAMETOOLONG');
    await backend.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('creates no file and no folder if migrating is disabled', async () => {
    const folder = await temporaryFolder();
    const backend = aBackend(join(folder, 'deep/store.db'), { migrateOnStart: false });
    await expect(backend.open()).rejects.toThrow(/is older/);
    await backend.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a path below a file', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(aBackend(join(file, 'store.db')).open()).rejects.toBeInstanceOf(
      ConfigurationError,
    );
  });

  it('refuses a file that is not a database, and does not change it', async () => {
    const path = join(await temporaryFolder(), 'store.db');
    await writeFile(path, 'minutes of the meeting\n'.repeat(100));
    await expect(aBackend(path).open()).rejects.toBeInstanceOf(ConfigurationError);
    expect(await readFile(path, 'utf8')).toBe('minutes of the meeting\n'.repeat(100));
  });

  it('fails at once if another process holds the file, and opens later', async () => {
    const path = join(await temporaryFolder(), 'store.db');
    const holder = openDatabase(path);
    holder.pragma('locking_mode = EXCLUSIVE');
    holder.exec('create table held (x); begin exclusive');
    const backend = aBackend(path, { busyTimeout: 1 });
    await expect(backend.open()).rejects.toBeInstanceOf(StorageUnavailableError);
    await expect(backend.healthCheck()).rejects.toBeInstanceOf(StorageUnavailableError);
    holder.close();
    await backend.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await backend.count(SESSIONS, [])).toBe(1);
  });

  it('fails as unavailable, not as misconfigured, once it is in service', async () => {
    const path = join(await temporaryFolder(), 'store.db');
    await mkdir(path);
    const backend = aBackend(path);
    await expect(backend.write(SESSIONS, [sessionWrite('s-1', 1)])).rejects.toBeInstanceOf(
      StorageUnavailableError,
    );
    await expect(backend.healthCheck()).rejects.toBeInstanceOf(StorageUnavailableError);
  });
});
