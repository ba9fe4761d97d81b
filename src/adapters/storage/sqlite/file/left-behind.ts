import type Database from 'better-sqlite3';
import type { CollectionName } from '../../../../domain/collection.js';
import { openDatabase } from '../../../sqlite-driver/open-database.js';

/** Milliseconds to wait for another process that has the file locked; the start waits too. */
const PATIENCE = 200;

/**
 * Those of `collections` that the file has records of. A file that is not there, is not a store or
 * can't be read right now has none: this is for a hint. The file is not made and not changed; SQLite
 * may leave an empty `-wal` and `-shm` beside it, as with every reader.
 */
export function leftBehind(
  path: string,
  collections: readonly CollectionName[],
): readonly CollectionName[] {
  try {
    const database = openDatabase(path, { readonly: true, timeout: PATIENCE });
    try {
      return collections.filter((name) => hasRecords(database, name));
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}

/** A table is called as its collection. */
function hasRecords(database: Database.Database, table: CollectionName): boolean {
  const exists = database.prepare("select 1 from sqlite_master where type = 'table' and name = ?");
  if (exists.get(table) === undefined) return false;
  return database.prepare(`select 1 from ${table} limit 1`).get() !== undefined;
}
