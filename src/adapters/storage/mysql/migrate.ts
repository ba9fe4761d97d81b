import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/mysql2';
import { migrate } from 'drizzle-orm/mysql2/migrator';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { StorageUnavailableError } from '../../../domain/errors.js';
import { checkSchema, knownMigrations } from '../sql/tables/schema-version.js';
import {
  askForInnoDb,
  MARIADB_COLLATION,
  MYSQL_COLLATION,
  type ServerFacts,
} from './server-checks.js';

const LOCK = 'persistence_service_migrations';
/** Seconds that an instance waits for another one that is migrating. */
const LOCK_TIMEOUT = 120;

/**
 * Migrates the schema, one instance at a time: several may start at once. Throws ConfigurationError
 * if the schema is newer than the code, or older and migrating is disabled.
 */
export async function bringUpToDate(
  server: string,
  connection: Connection,
  { isMariaDb }: ServerFacts,
  folder: string,
  mayMigrate: boolean,
): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>('select get_lock(?, ?) as locked', [
    // Locks belong to the server, not to the database.
    `${LOCK}:${connection.config.database}`.slice(0, 64),
    LOCK_TIMEOUT,
  ]);
  if (rows[0]?.locked !== 1) {
    throw new StorageUnavailableError(
      'mysql',
      `another instance has been migrating for ${LOCK_TIMEOUT} s`,
      undefined,
      { where: server },
    );
  }
  try {
    checkSchema(server, await appliedMigrations(connection), knownMigrations(folder), mayMigrate);
    if (!mayMigrate) return;
    await askForInnoDb(connection);
    if (isMariaDb) await migrateMariaDb(connection, folder);
    else await migrate(drizzle(connection), { migrationsFolder: folder });
  } finally {
    await connection.query('select release_all_locks()').catch(() => undefined);
  }
}

async function appliedMigrations(connection: Connection): Promise<readonly number[]> {
  const [tables] = await connection.query<RowDataPacket[]>(
    "show tables like '\\_\\_drizzle\\_migrations'",
  );
  if (tables.length === 0) return [];
  const [rows] = await connection.query<RowDataPacket[]>(
    'select created_at from __drizzle_migrations',
  );
  return rows.map(({ created_at }) => Number(created_at));
}

/** The same migrations, with MariaDB's name of the collation. */
async function migrateMariaDb(connection: Connection, folder: string): Promise<void> {
  const translated = await mkdtemp(join(tmpdir(), 'persistence-migrations-'));
  try {
    await cp(folder, translated, { recursive: true });
    for (const name of await readdir(translated)) {
      if (!name.endsWith('.sql')) continue;
      const file = join(translated, name);
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replaceAll(MYSQL_COLLATION, MARIADB_COLLATION));
    }
    await migrate(drizzle(connection), { migrationsFolder: translated });
  } finally {
    await rm(translated, { recursive: true, force: true });
  }
}
