import type Database from 'better-sqlite3';
import type { CollectionName } from '../../../../domain/collection.js';
import { openDatabase } from '../../../sqlite-driver/open-database.js';

/** Milliseconds to wait for another process that has the file locked; the start waits as long. */
const PATIENCE = 200;

/**
 * Those of `collections` that have records in the file; none if the file is missing, is not a store
 * or cannot be read now, because this is only for a warning. The file is neither created nor
 * changed; SQLite may leave an empty `-wal` and `-shm` beside it, as every reader does.
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

/** A table has the name of its collection. */
function hasRecords(database: Database.Database, table: CollectionName): boolean {
  const exists = database.prepare("select 1 from sqlite_master where type = 'table' and name = ?");
  if (exists.get(table) === undefined) return false;
  return database.prepare(`select 1 from ${table} limit 1`).get() !== undefined;
}
