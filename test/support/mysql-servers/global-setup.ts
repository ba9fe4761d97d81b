import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { labelOf } from './connection.js';
import { dropDatabasesOfRun } from './fresh-database.js';
import { startPrivateMariaDb } from './private-mariadb.js';
import { type PrivateServer, ServerNotAvailable } from './private-server.js';
import type { MysqlServer } from './provided.js';

/**
 * Finds the servers for a run: those in TEST_MYSQL_URLS (`mysql://user:password@host:port`, comma
 * separated), otherwise a private MariaDB; and the one in TEST_ORACLE_MYSQL_URL. A named server
 * that does not answer is an error. Returns the teardown. An interrupted run does not reach it: the
 * private server then ends by itself, but databases stay on a named server.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const run = randomBytes(4).toString('hex');
  const given = urlsIn(process.env.TEST_MYSQL_URLS);
  const oracle = urlsIn(process.env.TEST_ORACLE_MYSQL_URL);
  const outside = await Promise.all([...given, ...oracle].map(named));
  const own = given.length === 0 ? await privateMariaDb(outside) : null;
  const servers = own === null ? outside : [{ label: own.label, url: own.url }, ...outside];
  project.provide('mysqlHarness', { run, servers });
  return async () => {
    await own?.dispose();
    await Promise.all(outside.map(({ url }) => dropDatabasesOfRun(url, run)));
  };
}

function urlsIn(list: string | undefined): string[] {
  return (list ?? '').split(',').flatMap((url) => (url.trim() === '' ? [] : [url.trim()]));
}

async function named(url: string): Promise<MysqlServer> {
  return { label: await labelOf(url), url };
}

async function privateMariaDb(others: readonly MysqlServer[]): Promise<PrivateServer | null> {
  try {
    return await startPrivateMariaDb();
  } catch (error) {
    if (!(error instanceof ServerNotAvailable)) throw error;
    const what = others.length === 0 ? 'MySQL' : 'MariaDB';
    console.warn(
      `${what} NOT TESTED: ${error.message} (install mariadb-server, or set TEST_MYSQL_URLS)`,
    );
    return null;
  }
}
