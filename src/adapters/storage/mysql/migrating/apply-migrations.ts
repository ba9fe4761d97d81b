import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ConfigurationError } from '../../../../ports/configuration-error.js';

/** As Drizzle creates it, so that its tools know which migrations a store has. */
const CREATE_APPLIED = `create table if not exists __drizzle_migrations (
  id serial primary key,
  hash text not null,
  created_at bigint
)`;
/** A migration that has begun, and its latest statement that has begun, from 0. */
const CREATE_PROGRESS = `create table if not exists migration_progress (
  migration bigint primary key,
  statement int not null
)`;
/** Never back: a statement of an instance that has lost its lease may come late. */
const NOTE = `insert into migration_progress (migration, statement) values (?, ?)
  on duplicate key update statement = greatest(statement, values(statement))`;

/** What a server answers to a statement whose change is already there, by errno. */
const ALREADY_DONE: ReadonlySet<unknown> = new Set([
  1005, // Can't create table: MariaDB, for a foreign key that exists
  1050, // Table already exists
  1051, // Unknown table
  1054, // Unknown column
  1060, // Duplicate column name
  1061, // Duplicate key name
  1068, // Multiple primary key defined
  1091, // Can't DROP
  1146, // Table doesn't exist
  1826, // Duplicate foreign key constraint name
  3822, // Duplicate check constraint name
]);

export interface MigrationTexts {
  readonly folder: string;
  /** Makes a statement of the folder one of this server. */
  readonly translate: (statement: string) => string;
}

/** The times in the names of the migrations that a store has. */
export async function appliedMigrations(connection: Connection): Promise<readonly number[]> {
  const [tables] = await connection.query<RowDataPacket[]>(
    "show tables like '\\_\\_drizzle\\_migrations'",
  );
  if (tables.length === 0) return [];
  const [rows] = await connection.query<RowDataPacket[]>(
    'select created_at from __drizzle_migrations',
  );
  return rows.map(({ created_at }) => Number(created_at));
}

/**
 * Applies the migrations that are missing. MySQL and MariaDB undo no change of a table, so each
 * statement is noted before it is sent: what was interrupted goes on where it was, with the statement
 * of which nobody knows whether the server has carried it out. Throws ConfigurationError if a
 * statement finds its change made, and no note that it has begun.
 */
export async function applyMigrations(
  server: string,
  connection: Connection,
  { folder, translate }: MigrationTexts,
): Promise<void> {
  await connection.query(CREATE_APPLIED);
  await connection.query(CREATE_PROGRESS);
  const applied = await appliedMigrations(connection);
  for (const migration of readMigrationFiles({ migrationsFolder: folder })) {
    if (applied.includes(migration.folderMillis)) continue;
    await applyOne(server, connection, migration, translate);
  }
}

async function applyOne(
  server: string,
  connection: Connection,
  { sql, folderMillis, hash }: MigrationMeta,
  translate: (statement: string) => string,
): Promise<void> {
  const [notes] = await connection.query<RowDataPacket[]>(
    'select statement from migration_progress where migration = ?',
    [folderMillis],
  );
  const begun = notes[0] === undefined ? null : Number(notes[0].statement);
  for (const [index, text] of sql.entries()) {
    if (begun !== null && index < begun) continue;
    await connection.query(NOTE, [folderMillis, index]);
    try {
      await connection.query(translate(text));
    } catch (error) {
      const { errno, message } = error as Error & { errno?: unknown };
      if (!ALREADY_DONE.has(errno)) throw error;
      if (index === begun) continue;
      await takeBack(connection, folderMillis, index);
      throw new ConfigurationError(
        `${server}: "${beginning(text)}" of a migration is refused (${message}), and no migration that was interrupted has noted it. The database has tables of another program, or an older version of the service was killed while it migrated. For a new store, set database.database to an empty database. After an upgrade, restore the backup that was made before it, and start again.`,
      );
    }
  }
  await connection.query('start transaction');
  await connection.query('insert into __drizzle_migrations (hash, created_at) values (?, ?)', [
    hash,
    folderMillis,
  ]);
  await connection.query('delete from migration_progress where migration = ?', [folderMillis]);
  await connection.query('commit');
}

/** Otherwise the next start would take the change for its own. */
async function takeBack(connection: Connection, migration: number, index: number): Promise<void> {
  await (index === 0
    ? connection.query('delete from migration_progress where migration = ?', [migration])
    : connection.query('update migration_progress set statement = ? where migration = ?', [
        index - 1,
        migration,
      ]));
}

const beginning = (statement: string) => statement.trim().split('\n', 1)[0]?.slice(0, 100) ?? '';
