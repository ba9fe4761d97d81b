import { readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../../src/adapters/sqlite-driver/open-database.js';
import type {
  SqliteBackend,
  SqliteSettings,
} from '../../../../src/adapters/storage/sqlite/sqlite-backend.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import type { ListQuery } from '../../../../src/domain/query.js';
import { settle } from '../../../support/application/fake-clock.js';
import { RecordingLogger } from '../../../support/application/fakes.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../../support/records/writes.js';
import { aBackend, temporaryFolder } from './temporary-sqlite.js';

/** An open store with one session in it, which is still in the write-ahead log. */
async function anOpenStore(settings: Partial<SqliteSettings> = {}) {
  const folder = await temporaryFolder();
  const path = join(folder, 'data', 'store.db');
  const logger = new RecordingLogger();
  const store = aBackend(path, { logger, ...settings });
  await store.open();
  await store.write(SESSIONS, [sessionWrite('old', 1)]);
  return { folder, path, store, logger };
}

/** The sessions that another process finds in a file, which must be intact. */
function sessionsIn(path: string): string[] {
  const database = openDatabase(path, { fileMustExist: true });
  try {
    expect(database.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const rows = database.prepare('select session_id from translation_sessions order by 1').all();
    return rows.map((row) => (row as { session_id: string }).session_id);
  } finally {
    database.close();
  }
}

/** Until a transaction writes to a file. */
async function untilLocked(path: string): Promise<void> {
  const database = openDatabase(path, { timeout: 0 });
  try {
    for (;;) {
      database.exec('begin immediate; rollback');
      await new Promise(setImmediate);
    }
  } catch (error) {
    expect(error).toMatchObject({ code: 'SQLITE_BUSY' });
  } finally {
    database.close();
  }
}

const anotherFile = async (folder: string) => {
  const path = join(folder, 'backup.db');
  const backup = aBackend(path);
  await backup.open();
  await backup.write(SESSIONS, [sessionWrite('backup', 1)]);
  await backup.close();
  return path;
};

const aDeepPage: ListQuery = {
  conditions: [],
  sort: { field: 'created_at', direction: 'desc' },
  window: { kind: 'page', page: 5000, size: 20 },
};

describe('a database file that is removed while it is open', () => {
  it('reports no write as stored; the next one goes to a new file', async () => {
    const { path, store } = await anOpenStore();
    rmSync(path);
    const lost = store.write(SESSIONS, [sessionWrite('new', 2)]);
    await expect(lost).rejects.toBeInstanceOf(StorageUnavailableError);
    await expect(lost).rejects.toThrow('the database file was removed while it was open');
    await store.write(SESSIONS, [sessionWrite('new', 2)]);
    expect((await store.read(SESSIONS, 'new'))?.key).toBe('new');
    expect(sessionsIn(path)).toEqual(['new']);
  });

  it('stores nothing of what was being written at that moment', async () => {
    const { path, store } = await anOpenStore();
    await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
    const tasks = Array.from({ length: 20_000 }, (_, index) => taskWrite(`t-${index}`, 1));
    const writing = store.write(TASKS, tasks);
    const outcome = expect(writing).rejects.toThrow('removed while it was open');
    await untilLocked(path);
    rmSync(path);
    await outcome;
    expect(await store.count(TASKS, [])).toBe(0);
  });

  it('is detected by a read and by a health check, too', async () => {
    const { path, store } = await anOpenStore();
    rmSync(path);
    await expect(store.healthCheck()).rejects.toThrow('was removed');
    await store.healthCheck();
    expect(await store.count(SESSIONS, [])).toBe(0);
    rmSync(path);
    await expect(store.read(SESSIONS, 'old')).rejects.toThrow('was removed');
  });

  it('is created again with its folder, if that is missing too', async () => {
    const { folder, path, store } = await anOpenStore();
    rmSync(join(folder, 'data'), { recursive: true });
    await expect(store.write(SESSIONS, [sessionWrite('new', 2)])).rejects.toThrow('was removed');
    await store.write(SESSIONS, [sessionWrite('new', 2)]);
    expect(sessionsIn(path)).toEqual(['new']);
    await expect(aBackend(path).open()).rejects.toThrow('is in use');
  });

  it('is reported for as long as the service runs, with the loss', async () => {
    const { path, store, logger } = await anOpenStore();
    expect(store.concerns()).toEqual([]);
    rmSync(path);
    await expect(store.write(SESSIONS, [sessionWrite('new', 2)])).rejects.toThrow();
    await store.write(SESSIONS, [sessionWrite('new', 2)]);
    expect(store.concerns()).toHaveLength(1);
    expect(store.concerns()[0]).toMatch(/removed while .* no longer in the store/);
    expect(logger.lines).toMatchObject([{ level: 'error', fields: { path } }]);
  });

  it('is awaited if it may not be migrated again, and is intact when it is put back', async () => {
    const { folder, path, store } = await anOpenStore();
    await store.close();
    const again = aBackend(path, { migrateOnStart: false });
    await again.open();
    await again.write(SESSIONS, [sessionWrite('logged', 2)]);
    const elsewhere = join(folder, 'elsewhere.db');
    renameSync(path, elsewhere);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(again.write(SESSIONS, [sessionWrite('new', 3)])).rejects.toBeInstanceOf(
        StorageUnavailableError,
      );
    }
    expect(readdirSync(join(folder, 'data'))).not.toContain('store.db');
    renameSync(elsewhere, path);
    await again.write(SESSIONS, [sessionWrite('new', 3)]);
    expect(sessionsIn(path)).toEqual(['logged', 'new', 'old']);
  });
});

describe('a database file that is replaced while it is open', () => {
  it('reports no write as stored; the next one goes to the other file, and both are intact', async () => {
    const { folder, path, store } = await anOpenStore();
    const backup = await anotherFile(folder);
    await store.write(SESSIONS, [sessionWrite('logged', 2)]);
    const elsewhere = join(folder, 'elsewhere.db');
    renameSync(path, elsewhere);
    renameSync(backup, path);
    const refused = store.write(SESSIONS, [sessionWrite('new', 3)]);
    await expect(refused).rejects.toThrow('the database file was replaced by another one');
    await store.write(SESSIONS, [sessionWrite('new', 3)]);
    expect(await store.count(SESSIONS, [])).toBe(2);
    expect(sessionsIn(path)).toEqual(['backup', 'new']);
    expect(sessionsIn(elsewhere)).toContain('logged');
    await store.close();
    expect(sessionsIn(path)).toEqual(['backup', 'new']);
  });

  it.each<[what: string, read: (store: SqliteBackend) => Promise<unknown>]>([
    [
      'a list',
      (store) =>
        store.query(SESSIONS, { ...aDeepPage, window: { kind: 'page', page: 1, size: 20 } }),
    ],
    ['a deep page', (store) => store.query(SESSIONS, aDeepPage)],
    ['a write', (store) => store.write(SESSIONS, [sessionWrite('new', 3)])],
  ])('is opened only when nothing of the earlier one is open any more, for %s', async (_, read) => {
    const threads: Worker[] = [];
    const running: number[] = [];
    const notice = (thread: Worker) => {
      running.push(threads.filter(({ threadId }) => threadId !== -1).length);
      threads.push(thread);
    };
    process.on('worker', notice);
    onTestFinished(() => {
      process.off('worker', notice);
    });
    const { folder, path, store } = await anOpenStore();
    const backup = await anotherFile(folder);
    running.length = 0;
    // The reader blocks the log, so that closing the file takes time.
    const reader = openDatabase(path, { readonly: true });
    const rows = reader.prepare('select * from translation_sessions').iterate();
    rows.next();
    await store.write(SESSIONS, [sessionWrite('logged', 2)]);
    renameSync(backup, path);
    const noticed = expect(store.healthCheck()).rejects.toThrow('was replaced');
    while (threads[1]?.threadId !== -1) await new Promise(setImmediate);
    const reading = read(store);
    await settle();
    rows.return?.();
    reader.close();
    await Promise.all([noticed, reading]);
    await store.healthCheck();
    // None of the earlier threads is running; those of the new file are opened one after another.
    expect(running).toEqual(running.map((_, index) => index));
    expect(running.length).toBeGreaterThan(1);
  });

  it('keeps its log if the log cannot be written into it', async () => {
    const { folder, path, store } = await anOpenStore({ busyTimeout: 1 });
    const backup = await anotherFile(folder);
    const reader = openDatabase(path, { readonly: true });
    const rows = reader.prepare('select * from translation_sessions').iterate();
    rows.next();
    await store.write(SESSIONS, [sessionWrite('logged', 2)]);
    renameSync(backup, path);
    await expect(store.write(SESSIONS, [sessionWrite('new', 3)])).rejects.toThrow('was replaced');
    await store.write(SESSIONS, [sessionWrite('new', 3)]);
    rows.return?.();
    reader.close();
    expect(sessionsIn(path)).toEqual(['backup', 'new']);
    const aside = readdirSync(join(folder, 'data')).filter((name) => name.includes('earlier-file'));
    expect(aside).toHaveLength(1);
  });
});

describe('a database file whose folder denies access for some time', () => {
  it('is unavailable, and loses nothing', async () => {
    const { folder, store } = await anOpenStore();
    const [data, aside] = [join(folder, 'data'), join(folder, 'aside')];
    renameSync(data, aside);
    // Even root cannot follow a link that leads to itself.
    symlinkSync(data, data);
    const reasons = await Promise.all(
      [
        store.healthCheck(),
        store.read(SESSIONS, 'old'),
        store.write(SESSIONS, [sessionWrite('new', 2)]),
      ].map((call) =>
        call.then(
          () => null,
          (error: unknown) => error,
        ),
      ),
    );
    for (const reason of reasons) {
      expect(reason).toBeInstanceOf(StorageUnavailableError);
      expect(reason).toMatchObject({ message: expect.stringContaining('reached (ELOOP)') });
    }
    rmSync(data);
    renameSync(aside, data);
    await store.write(SESSIONS, [sessionWrite('new', 2)]);
    expect((await store.read(SESSIONS, 'old'))?.key).toBe('old');
    expect((await store.read(SESSIONS, 'new'))?.key).toBe('new');
  });
});

describe('a write-ahead log that is removed while it is open', () => {
  it('is detected before a write counts as stored, and loses nothing', async () => {
    const { path, store, logger } = await anOpenStore();
    rmSync(`${path}-wal`);
    const refused = store.write(SESSIONS, [sessionWrite('new', 2)]);
    await expect(refused).rejects.toThrow('the write-ahead log of the database was removed');
    await store.write(SESSIONS, [sessionWrite('new', 2)]);
    expect(sessionsIn(path)).toEqual(['new', 'old']);
    expect(store.concerns()).toEqual([]);
    expect(logger.lines).toMatchObject([{ level: 'warn' }]);
  });

  it('is reported if its content cannot be written to the database file', async () => {
    const { path, store, logger } = await anOpenStore({ busyTimeout: 1 });
    const reader = openDatabase(path, { readonly: true });
    const rows = reader.prepare('select * from translation_sessions').iterate();
    rows.next();
    await store.write(SESSIONS, [sessionWrite('logged', 2)]);
    rmSync(`${path}-wal`);
    await expect(store.read(SESSIONS, 'old')).rejects.toThrow('write-ahead log');
    rows.return?.();
    reader.close();
    expect(store.concerns()).toHaveLength(1);
    expect(logger.lines).toMatchObject([{ level: 'error' }]);
  });
});
