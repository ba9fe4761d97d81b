import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ConfigurationError } from '../../../../ports/configuration-error.js';
import { UNLIMITED } from '../connections/time-limit.js';

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
const TABLE_EXISTS: ReadonlySet<unknown> = new Set([1050]);
const CHANGE_EXISTS: ReadonlySet<unknown> = new Set([
  1051, // Unknown table
  1054, // Unknown column
  1060, // Duplicate column name
  1061, // Duplicate key name
  1068, // Multiple primary key defined
  1091, // Can't DROP
  1176, // Key doesn't exist in table
  1826, // Duplicate foreign key constraint name
  3821, // Check constraint is not found
  3822, // Duplicate check constraint name
  3940, // Constraint does not exist
]);
/** MariaDB's only number for every table that it cannot create; 121 is a foreign key that exists. */
const CANNOT_CREATE = 1005;
const KEY_EXISTS = /errno: 121\b/;

export interface MigrationTexts {
  readonly folder: string;
  /** Makes a statement of the folder one of this server. */
  readonly translate: (statement: string) => string;
}

/** The times in the names of the migrations that a store has. */
export async function appliedMigrations(connection: Connection): Promise<readonly number[]> {
  const [tables] = await connection.query<RowDataPacket[]>(
    "select 1 from information_schema.tables where table_schema = database() and table_name = '__drizzle_migrations'",
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
      await connection.query({ sql: translate(text), timeout: UNLIMITED });
    } catch (error) {
      if (!isAlreadyDone(text, error)) throw error;
      if (index === begun) continue;
      await takeBack(connection, folderMillis, index);
      throw new ConfigurationError(
        `${server}: "${beginning(text)}" of a migration is refused (${error.message}), and no migration that was interrupted has noted it. The database has tables of another program, or an older version of the service was killed while it migrated. For a new store, set database.database to an empty database. After an upgrade, drop the database, restore the backup that was made before, and start again.`,
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
  // Only an own note: another instance may be further by now.
  const own = 'where migration = ? and statement = ?';
  await (index === 0
    ? connection.query(`delete from migration_progress ${own}`, [migration, index])
    : connection.query(`update migration_progress set statement = ? ${own}`, [
        index - 1,
        migration,
        index,
      ]));
}

function isAlreadyDone(statement: string, error: unknown): error is Error {
  const { errno, message } = error as Error & { errno?: unknown };
  if (/^create table\b/i.test(textOf(statement))) return TABLE_EXISTS.has(errno);
  return CHANGE_EXISTS.has(errno) || (errno === CANNOT_CREATE && KEY_EXISTS.test(message));
}

/** Without the comments before it. */
const textOf = (statement: string) => statement.replace(/^(\s*--.*\n)+/, '').trim();

const beginning = (statement: string) => textOf(statement).split('\n', 1)[0]?.slice(0, 100) ?? '';
