/**
 * One service per database file.
 *
 * The lock is a kernel lock, taken through SQLite (`BEGIN IMMEDIATE` on a small separate database,
 * `<name>.lock`). It ends with the process, even after kill -9, so a lock is never stale. The
 * database itself cannot be locked this way: its two connections would lock each other out. The
 * holder of the lock writes its identity into the file, for other processes and for people; it has
 * no effect on the lock.
 *
 * The file is removed before the lock is released, and a lock is only valid while its file exists:
 * otherwise two services could hold locks on two files of one name.
 */
import { closeSync, openSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import type Database from 'better-sqlite3';
import { openDatabase } from '../../../sqlite-driver/open-database.js';
import { fileAt } from './same-file.js';

/** Added to the name of the database file. */
export const LOCK_SUFFIX = '.lock';
/** Maximum number of attempts if another process removes the file at the same moment. */
const ATTEMPTS = 10;

export class FileLock {
  private constructor(
    readonly path: string,
    private readonly database: Database.Database,
    private readonly file: string | null,
  ) {}

  /**
   * Null if another process has the lock, or this one has it already. Throws what SQLite and the
   * file system throw.
   */
  static take(path: string): FileLock | null {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      makeFile(path);
      const file = fileAt(path);
      const database = hold(path);
      if (database === null) return null;
      if (file !== null && file === fileAt(path)) return new FileLock(path, database, file);
      database.close();
    }
    return null;
  }

  /** Whether the locked file still has its name. */
  get isThere(): boolean {
    return this.file === fileAt(this.path);
  }

  release(): void {
    if (this.isThere) rmSync(this.path, { force: true });
    this.database.close();
  }
}

/** Describes the holder of the lock. */
export function holderOf(path: string): string {
  try {
    const database = openDatabase(path, { readonly: true, timeout: 0 });
    try {
      const { pid, host, since } = database.prepare('select * from holder').get() as {
        readonly [name: string]: unknown;
      };
      return `process ${pid} on host ${host} since ${since}`;
    } finally {
      database.close();
    }
  } catch {
    return 'another process';
  }
}

/** Only if there is none: closing a file releases all locks that this process has on it. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function hold(path: string): Database.Database | null {
  const database = openDatabase(path, { timeout: 0 });
  try {
    database.exec('begin immediate');
    sayWho(database);
    return database;
  } catch (error) {
    database.close();
    const { code } = error as { readonly code?: string };
    if (code === 'SQLITE_BUSY') return null;
    if (code !== 'SQLITE_NOTADB' && code !== 'SQLITE_CORRUPT') throw error;
    // It was only half written when the power failed; nobody can hold a lock on such a file.
    rmSync(path, { force: true });
    return hold(path);
  }
}

/**
 * Other processes see committed data; the lock is then taken again, and another process may be
 * faster.
 */
function sayWho(database: Database.Database): void {
  try {
    database.exec('create table if not exists holder (pid, host, since); delete from holder');
    database
      .prepare('insert into holder values (?, ?, ?)')
      .run(process.pid, hostname(), new Date().toISOString());
    database.exec('commit');
  } catch (error) {
    // A full disk must not prevent a start: the records in the journal must be stored.
    if (!isFull(error)) throw error;
    if (database.inTransaction) database.exec('rollback');
  }
  database.exec('begin immediate');
}

function isFull(error: unknown): boolean {
  return String((error as { readonly code?: unknown }).code).startsWith('SQLITE_FULL');
}
