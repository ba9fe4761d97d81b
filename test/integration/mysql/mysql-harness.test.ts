import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { describe, expect, test, vi } from 'vitest';
import {
  describeOnMysqlServers,
  freshDatabase,
  privateServerFor,
} from '../../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../../support/mysql-servers/private-mariadb.js';
import { startPrivateOracle } from '../../support/mysql-servers/private-oracle.js';

async function rowsOf(url: string, ...statements: string[]): Promise<unknown[]> {
  const connection = await createConnection(url);
  try {
    let rows: RowDataPacket[] = [];
    for (const sql of statements) [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    connection.destroy();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describeOnMysqlServers('a fresh database', (server) => {
  test('is empty, sees nothing of another one, and is gone once dropped', async () => {
    const [one, other] = await Promise.all([freshDatabase(server), freshDatabase(server)]);
    try {
      await rowsOf(one.url, 'CREATE TABLE t (id INT)');
      expect(await rowsOf(one.url, 'SHOW TABLES')).toHaveLength(1);
      expect(await rowsOf(other.url, 'SHOW TABLES')).toEqual([]);
    } finally {
      await Promise.all([one.drop(), other.drop()]);
    }
    await one.drop();
    const left = await rowsOf(server.url, `SHOW DATABASES LIKE '${one.name}'`);
    expect(left).toEqual([]);
  });

  test('runs the product named in its label', async () => {
    const [row] = await rowsOf(server.url, 'SELECT VERSION() AS version');
    const isMariaDb = JSON.stringify(row).includes('MariaDB');
    expect(server.label).toMatch(isMariaDb ? /^MariaDB \d+\.\d+\.\d+$/ : /^MySQL \d+\.\d+\.\d+$/);
  });
});

describe.each([
  ['MariaDB', startPrivateMariaDb],
  ['Oracle MySQL', startPrivateOracle],
])('a private %s', (_product, start) => {
  test('keeps committed rows over kill -9 and over a clean stop, on the same port', async (context) => {
    const server = await privateServerFor(context, start, {
      args: ['--max-allowed-packet=2097152'],
    });
    const database = await freshDatabase(server);
    const firstPid = server.pid;
    await rowsOf(database.url, 'CREATE TABLE t (id INT)', 'INSERT INTO t VALUES (1)');

    await server.kill();
    expect([server.pid, isAlive(firstPid)]).toEqual([0, false]);
    await expect(rowsOf(server.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.restart();
    expect(server.pid).not.toBe(firstPid);
    expect(await rowsOf(database.url, 'SELECT id FROM t')).toEqual([{ id: 1 }]);

    await rowsOf(database.url, 'INSERT INTO t VALUES (2)');
    await server.stop();
    await server.stop();
    await server.restart();
    const rows = await rowsOf(
      database.url,
      'SELECT COUNT(*) AS n, @@max_allowed_packet AS p FROM t',
    );
    expect(rows).toEqual([{ n: 2, p: 2_097_152 }]);

    const lastPid = server.pid;
    await server.dispose();
    expect([isAlive(lastPid), existsSync(server.folder)]).toEqual([false, false]);
    await server.dispose();
    // The packages of the server are downloaded first if they are missing.
  }, 400_000);
});

test('a MariaDB that does not start is reported with its log', async (context) => {
  const broken = privateServerFor(context, startPrivateMariaDb, { args: ['--no-such-option'] });
  await expect(broken).rejects.toThrow(/unknown option.*--no-such-option/);
});

test('a private server ends, and its folder is removed, when its owner is killed', async (context) => {
  const available = await privateServerFor(context, startPrivateMariaDb);
  await available.dispose();
  const module = join(import.meta.dirname, '../../support/mysql-servers/private-mariadb.ts');
  const owner = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', ownerOf(module)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  const { pid, folder } = JSON.parse(line.toString()) as { pid: number; folder: string };
  expect([isAlive(pid), existsSync(folder)]).toEqual([true, true]);
  owner.kill('SIGKILL');
  await vi.waitFor(
    () => expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]),
    60_000,
  );
}, 120_000);

const ownerOf = (module: string) => `
  const { startPrivateMariaDb } = await import(${JSON.stringify(module)});
  const { pid, folder } = await startPrivateMariaDb();
  console.log(JSON.stringify({ pid, folder }));
  setInterval(() => {}, 1_000);
`;
