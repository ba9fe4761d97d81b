import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { TestProject } from 'vitest/node';
import { mariadbProgram, PrivateMariaDb } from './private-mariadb.js';

/** A server that tests may make databases of their own on. */
export interface MysqlServer {
  /** Such as `MariaDB 10.11.19`. */
  readonly label: string;
  readonly url: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    mysqlServers: readonly MysqlServer[];
  }
}

/**
 * The servers of `TEST_MYSQL_URLS` (comma separated), else a private MariaDB where one is
 * installed; beside them the one of `TEST_ORACLE_MYSQL_URL`. Without any, tests on servers are
 * skipped, which is said; under CI it is an error.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = (process.env.TEST_MYSQL_URLS ?? '').split(',').filter((url) => url !== '');
  const oracle = process.env.TEST_ORACLE_MYSQL_URL;
  const own = given.length === 0 && mariadbProgram() !== null ? await PrivateMariaDb.start() : null;
  const urls = [
    ...given,
    ...(own === null ? [] : [own.url]),
    ...(oracle === undefined ? [] : [oracle]),
  ];
  if (urls.length === 0) {
    const message =
      'MySQL NOT TESTED: install MariaDB, or name servers in TEST_MYSQL_URLS=mysql://user:password@host:port,…';
    if (process.env.CI) throw new Error(message);
    process.stderr.write(`${message}\n`);
  }
  try {
    const labels = await Promise.all(urls.map(labelOf));
    project.provide(
      'mysqlServers',
      urls.map((url, index) => ({ url, label: labels[index] ?? url })),
    );
  } catch (error) {
    await own?.remove();
    throw error;
  }
  return async () => own?.remove();
}

async function labelOf(url: string): Promise<string> {
  const connection = await createConnection(url);
  const [rows] = await connection.query<RowDataPacket[]>('select version() as version');
  await connection.end();
  const version = String(rows[0]?.version);
  const [number] = version.split('-');
  return `${version.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${number}`;
}
