/**
 * One SQLite connection in a thread of its own: better-sqlite3 is synchronous, and a flush of
 * thousands of rows would hold every request up.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { ConfigurationError } from '../../../domain/errors.js';
import type { Row } from '../sql/dialect.js';
import { checkSchema, knownMigrations } from '../sql/schema-version.js';
import { SCHEMA_FAILURE, type SqliteFailure } from './sqlite-errors.js';
import type {
  Envelope,
  Opened,
  WorkerAnswer,
  WorkerRequest,
  WorkerSettings,
} from './worker-protocol.js';

/** Statements kept prepared; lists have a few dozen shapes. */
const PREPARED_LIMIT = 200;

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');

const settings = workerData as WorkerSettings;
const prepared = new Map<string, Database.Statement>();

function open(): Database.Database {
  if (!settings.readonly) mkdirSync(dirname(settings.path), { recursive: true });
  const database = new Database(settings.path, {
    readonly: settings.readonly,
    timeout: settings.busyTimeout,
  });
  if (settings.readonly) return database;
  database.pragma('journal_mode = WAL');
  // WAL defaults to NORMAL, under which a commit can vanish when the power fails.
  database.pragma('synchronous = FULL');
  // Where a foreign key is checked, SQLite can undo each row by itself, and keeps what that takes
  // in temporary files. In memory, 1,000 tasks are written in half the time.
  database.pragma('temp_store = MEMORY');
  if (settings.migrations !== null) bringUpToDate(database, settings.migrations);
  database.pragma(`foreign_keys = ${settings.foreignKeys ? 'ON' : 'OFF'}`);
  return database;
}

function bringUpToDate(database: Database.Database, folder: string): void {
  const table = '__drizzle_migrations';
  const exists = database.prepare('select 1 from sqlite_master where name = ?').get(table);
  const applied =
    exists === undefined
      ? []
      : (database.prepare(`select created_at from ${table}`).pluck().all() as unknown[]).map(
          Number,
        );
  checkSchema(settings.path, applied, knownMigrations(folder), settings.migrate);
  // Off while migrating: SQLite changes a table by making a new one and dropping the old, and the
  // drop would cascade.
  database.pragma('foreign_keys = OFF');
  if (settings.migrate) migrate(drizzle(database), { migrationsFolder: folder });
}

function statement(database: Database.Database, text: string): Database.Statement {
  const known = prepared.get(text);
  if (known !== undefined) return known;
  if (prepared.size >= PREPARED_LIMIT) prepared.clear();
  const fresh = database.prepare(text);
  prepared.set(text, fresh);
  return fresh;
}

function answer(database: Database.Database, request: WorkerRequest): readonly Row[] | number {
  switch (request.kind) {
    case 'all':
      return statement(database, request.statement.text).all(...request.statement.params) as Row[];
    case 'run':
      return statement(database, request.statement.text).run(...request.statement.params).changes;
    case 'upsert': {
      const { head, row, tail } = request.upsert;
      const upsert = statement(database, `${head}${row}${tail}`);
      for (const values of request.rows) upsert.run(values);
      return request.rows.length;
    }
    case 'begin':
      // At once as a writer: a transaction that only becomes one later can fail half-way.
      database.exec('begin immediate');
      return 0;
    case 'begin-reading':
      database.exec('begin');
      return 0;
    case 'commit':
      database.exec('commit');
      return 0;
    case 'rollback':
      // After some errors SQLite has rolled back by itself.
      if (database.inTransaction) database.exec('rollback');
      return 0;
  }
}

function failureOf(error: unknown): SqliteFailure {
  if (error instanceof ConfigurationError) return { code: SCHEMA_FAILURE, message: error.message };
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: error.message };
}

try {
  const database = open();
  const sqliteVersion = String(database.prepare('select sqlite_version()').pluck().get());
  port.on('message', (message: Envelope | 'close') => {
    if (message === 'close') {
      database.close();
      port.close();
      return;
    }
    const { id, request } = message;
    try {
      port.postMessage({ id, ok: true, value: answer(database, request) } satisfies WorkerAnswer);
    } catch (error) {
      port.postMessage({ id, ok: false, failure: failureOf(error) } satisfies WorkerAnswer);
    }
  });
  port.postMessage({ opened: true, sqliteVersion } satisfies Opened);
} catch (error) {
  port.postMessage({ opened: false, failure: failureOf(error) } satisfies Opened);
}
