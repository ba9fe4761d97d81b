import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/mysql2';
import { migrate } from 'drizzle-orm/mysql2/migrator';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Lease } from '../../../ports/storage-backend.js';
import { checkSchema, knownMigrations } from '../sql/tables/schema-version.js';
import { CREATE_LEASES, type Leases } from './leases.js';
import { askForInnoDb, MARIADB_COLLATION, MYSQL_COLLATION } from './server-checks.js';

/** The lease that lets one instance migrate at a time. */
const LEASE = 'migrations';
/** Milliseconds that an instance waits for another one that is migrating. */
const PATIENCE = 120_000;

export interface MigrationSettings {
  readonly isMariaDb: boolean;
  readonly folder: string;
  readonly mayMigrate: boolean;
}

/**
 * Migrates the schema, one instance at a time: several may start at once, on several nodes. Throws
 * ConfigurationError if the schema is newer than the code, or older and migrating is disabled.
 */
export async function bringUpToDate(
  server: string,
  connection: Connection,
  leases: Leases,
  { isMariaDb, folder, mayMigrate }: MigrationSettings,
): Promise<void> {
  const known = knownMigrations(folder);
  const isCurrent = async () =>
    checkSchema(server, await appliedMigrations(connection), known, mayMigrate) === 0;
  if (await isCurrent()) return;
  await askForInnoDb(connection);
  await connection.query(isMariaDb ? forMariaDb(CREATE_LEASES) : CREATE_LEASES);
  await leases.wait(LEASE, PATIENCE, async (lease) => {
    // Another instance may have migrated meanwhile.
    if (await isCurrent()) return;
    const guarded = guardedBy(lease, connection);
    if (isMariaDb) await migrateMariaDb(guarded, folder);
    else await migrate(drizzle(guarded), { migrationsFolder: folder });
  });
}

/** A connection that sends nothing once another instance may be migrating. */
function guardedBy(lease: Lease, connection: Connection): Connection {
  return new Proxy(connection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === 'query' || name === 'execute') lease.check();
        return Reflect.apply(value, target, args);
      };
    },
  });
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
      await writeFile(file, forMariaDb(text));
    }
    await migrate(drizzle(connection), { migrationsFolder: translated });
  } finally {
    await rm(translated, { recursive: true, force: true });
  }
}

function forMariaDb(sql: string): string {
  return sql.replaceAll(MYSQL_COLLATION, MARIADB_COLLATION);
}
