/**
 * One service per database file.
 *
 * The lock is the kernel's, taken through SQLite (`BEGIN IMMEDIATE` on a small database of its own,
 * `<name>.lock`), so it ends with the process, kill -9 included, and nothing stale is ever to be
 * judged. The database itself can't be locked so: its two connections would shut one another out.
 * Whoever holds the lock has put into the file who that is, for others to read and for people; it
 * decides nothing.
 *
 * The file is removed before the lock is let go, and a lock only counts while its file is there:
 * otherwise two could hold locks on two files of one name.
 */
import { closeSync, openSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import type Database from 'better-sqlite3';
import { openDatabase } from '../../../sqlite-driver/open-database.js';
import { fileAt } from './same-file.js';

/** After the name of the database file. */
export const LOCK_SUFFIX = '.lock';
/** Someone removes the file at the very moment at most this often. */
const ATTEMPTS = 10;

export class FileLock {
  private constructor(
    readonly path: string,
    private readonly database: Database.Database,
    private readonly file: string | null,
  ) {}

  /** Null when another process has it, or this one. Throws what SQLite and the file system throw. */
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

  /** Whether the file that is locked still has the name. */
  get isThere(): boolean {
    return this.file === fileAt(this.path);
  }

  release(): void {
    if (this.isThere) rmSync(this.path, { force: true });
    this.database.close();
  }
}

/** Who holds the lock, in words. */
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

/** Only where there is none: closing a file lets go of all locks that this process has on it. */
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
    // Half of it was written when the power failed; nobody can hold a lock on such a file.
    rmSync(path, { force: true });
    return hold(path);
  }
}

/** Others see what is committed; then the lock is taken anew, and somebody else may be faster. */
function sayWho(database: Database.Database): void {
  try {
    database.exec('create table if not exists holder (pid, host, since); delete from holder');
    database
      .prepare('insert into holder values (?, ?, ?)')
      .run(process.pid, hostname(), new Date().toISOString());
    database.exec('commit');
  } catch (error) {
    // A full disk must not keep the service from starting: what waits in its journal has to be stored.
    if (!isFull(error)) throw error;
    if (database.inTransaction) database.exec('rollback');
  }
  database.exec('begin immediate');
}

function isFull(error: unknown): boolean {
  return String((error as { readonly code?: unknown }).code).startsWith('SQLITE_FULL');
}
