/**
 * One SQLite connection in a thread: better-sqlite3 is synchronous, and a flush of thousands of
 * rows would block every request.
 */
import { existsSync, realpathSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { openDatabase } from '../../sqlite-driver/open-database.js';
import type { Row } from '../sql/dialect.js';
import { checkSchema, knownMigrations } from '../sql/tables/schema-version.js';
import { fileAt } from './file/same-file.js';
import { FileMoved, WatchedFiles } from './file/watched-files.js';
import { failureOf } from './sqlite-errors.js';
import type {
  Envelope,
  Opened,
  WorkerAnswer,
  WorkerRequest,
  WorkerSettings,
} from './worker-protocol.js';

/** Prepared statements that are kept; lists have a few dozen shapes. */
const PREPARED_LIMIT = 200;

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');

const settings = workerData as WorkerSettings;
const prepared = new Map<string, Database.Statement>();

async function open(): Promise<{
  readonly database: Database.Database;
  readonly files: WatchedFiles;
}> {
  if (settings.migrations !== null && !settings.migrate && !existsSync(settings.path)) {
    // Does not create the file, which would be left behind.
    checkSchema(settings.path, [], knownMigrations(settings.migrations), settings.migrate);
  }
  const before = fileAt(settings.path);
  const database = openDatabase(settings.path, {
    readonly: settings.readonly,
    timeout: settings.busyTimeout,
  });
  if (before !== null && before !== fileAt(settings.path)) {
    throw new FileMoved('FILE_MOVED', 'the database file was replaced while it was opened');
  }
  const files = new WatchedFiles(settings.path, realpathSync(settings.path), settings.locked);
  if (!settings.readonly) await prepareToWrite(database);
  // The log exists by now.
  files.check();
  return { database, files };
}

async function prepareToWrite(database: Database.Database): Promise<void> {
  database.pragma('journal_mode = WAL');
  // WAL defaults to NORMAL, with which a commit can be lost on a power failure.
  database.pragma('synchronous = FULL');
  // With foreign keys, SQLite can undo each row separately, and stores the data for that in
  // temporary files. In memory, 1,000 tasks are written in half the time.
  database.pragma('temp_store = MEMORY');
  // With the default of 1,000 pages, nearly every flush is copied from the log at once. Later, a page
  // that several flushes have changed is copied once: a task costs 50 µs instead of 59
  // (docs/performance.md). The log has 32 MB then.
  database.pragma('wal_autocheckpoint = 8000');
  if (settings.migrations !== null) await bringUpToDate(database, settings.migrations);
  database.pragma(`foreign_keys = ${settings.foreignKeys ? 'ON' : 'OFF'}`);
}

async function bringUpToDate(database: Database.Database, folder: string): Promise<void> {
  const table = '__drizzle_migrations';
  const exists = database.prepare('select 1 from sqlite_master where name = ?').get(table);
  const applied =
    exists === undefined
      ? []
      : (database.prepare(`select created_at from ${table}`).pluck().all() as unknown[]).map(
          Number,
        );
  checkSchema(settings.path, applied, knownMigrations(folder), settings.migrate);
  // Off while migrating: SQLite changes a table by creating a new one and dropping the old one, and
  // the drop would cascade.
  database.pragma('foreign_keys = OFF');
  if (!settings.migrate) return;
  // Loaded here: this takes longer than everything else that a thread loads, and the other threads
  // do not need it.
  const [{ drizzle }, { migrate }] = await Promise.all([
    import('drizzle-orm/better-sqlite3'),
    import('drizzle-orm/better-sqlite3/migrator'),
  ]);
  migrate(drizzle(database), { migrationsFolder: folder });
}

function statement(database: Database.Database, text: string): Database.Statement {
  const known = prepared.get(text);
  if (known !== undefined) return known;
  if (prepared.size >= PREPARED_LIMIT) prepared.clear();
  const fresh = database.prepare(text);
  prepared.set(text, fresh);
  return fresh;
}

function answer(database: Database.Database, files: WatchedFiles, request: WorkerRequest) {
  if (request.kind === 'fold') return fold(database, files);
  if (request.kind === 'commit') return commit(database, files);
  if (request.kind !== 'rollback') files.check();
  return perform(database, request);
}

/**
 * A commit to a file that has lost its name is not stored, so the names are checked again after it.
 * After one that fails, the transaction has ended too.
 */
function commit(database: Database.Database, files: WatchedFiles): number {
  try {
    files.check();
    database.exec('commit');
    files.check();
    return 0;
  } catch (error) {
    rollback(database);
    throw error;
  }
}

function rollback(database: Database.Database): number {
  // After some errors SQLite has already rolled back.
  if (database.inTransaction) database.exec('rollback');
  return 0;
}

/** The requests of a transaction follow its `begin` at once, which may have failed. */
function checkBegun(database: Database.Database): void {
  if (!database.inTransaction) throw new Error('the transaction has not begun');
}

function perform(
  database: Database.Database,
  request: Exclude<WorkerRequest, { kind: 'fold' | 'commit' }>,
): readonly Row[] | number {
  switch (request.kind) {
    case 'all':
      return statement(database, request.statement.text).all(...request.statement.params) as Row[];
    case 'run':
      checkBegun(database);
      return statement(database, request.statement.text).run(...request.statement.params).changes;
    case 'upsert': {
      checkBegun(database);
      const { head, row, tail } = request.upsert;
      const upsert = statement(database, `${head}${row}${tail}`);
      for (const values of request.rows) upsert.run(values);
      return request.rows.length;
    }
    case 'begin':
      // As a writer from the start: a transaction that becomes a writer later can fail half-way.
      database.exec('begin immediate');
      return 0;
    case 'begin-reading':
      database.exec('begin');
      return 0;
    case 'rollback':
      return rollback(database);
  }
}

/** Works on the open files, whatever their names lead to. */
function fold(database: Database.Database, files: WatchedFiles): number {
  try {
    const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
    if (result?.busy === 0) return 0;
    throw Object.assign(new Error('not all of the log'), { code: 'SQLITE_BUSY' });
  } catch (error) {
    files.setLogAside();
    throw error;
  }
}

/** Opens the file and answers requests; never throws. */
async function serve(port: MessagePort): Promise<void> {
  try {
    const { database, files } = await open();
    const sqliteVersion = String(database.prepare('select sqlite_version()').pluck().get());
    port.on('message', (message: Envelope | 'close') => {
      if (message === 'close') {
        database.close();
        port.close();
        return;
      }
      const { id, request } = message;
      try {
        port.postMessage({
          id,
          ok: true,
          value: answer(database, files, request),
        } satisfies WorkerAnswer);
      } catch (error) {
        port.postMessage({ id, ok: false, failure: failureOf(error) } satisfies WorkerAnswer);
      }
    });
    port.postMessage({ opened: true, sqliteVersion } satisfies Opened);
  } catch (error) {
    port.postMessage({ opened: false, failure: failureOf(error) } satisfies Opened);
  }
}

void serve(port);
