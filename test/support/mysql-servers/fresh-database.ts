import { randomBytes } from 'node:crypto';
import { withConnection } from './connection.js';

export interface FreshDatabase {
  /** The server's URL with the database in it. */
  readonly url: string;
  readonly name: string;
  /** Dropping twice is harmless. */
  drop(): Promise<void>;
}

/** The prefix of all database names of one run; `run` is letters and digits. */
export function databasePrefix(run: string): string {
  return `ps_test_${run}_`;
}

/** Creates an empty database, with the defaults of the server, under a unique name. */
export async function createDatabase(serverUrl: string, run: string): Promise<FreshDatabase> {
  const name = `${databasePrefix(run)}${randomBytes(5).toString('hex')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await withConnection(serverUrl, (query) => query(`CREATE DATABASE ${name}`));
  return { url: url.href, name, drop: () => dropDatabases(serverUrl, [name]) };
}

/** Drops databases that tests of this run have left: a worker that crashed ran no hooks. */
export async function dropDatabasesOfRun(serverUrl: string, run: string): Promise<void> {
  const rows = await withConnection(serverUrl, (query) => query('SHOW DATABASES'));
  const names = rows.map((row) => String(row.Database));
  const left = names.filter((name) => name.startsWith(databasePrefix(run)));
  await dropDatabases(serverUrl, left);
}

async function dropDatabases(serverUrl: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await withConnection(serverUrl, async (query) => {
    // A transaction that a test left open would make DROP wait for a day.
    await query('SET SESSION lock_wait_timeout = 10');
    for (const name of names) await query(`DROP DATABASE IF EXISTS ${name}`);
  });
}
