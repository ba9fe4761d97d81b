import { once } from 'node:events';
import { createServer } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Connector } from '../../../../src/adapters/storage/mysql/connections/connector.js';
import { NodePool } from '../../../../src/adapters/storage/mysql/connections/node-pool.js';
import { Nodes } from '../../../../src/adapters/storage/mysql/connections/nodes.js';
import { MysqlRunner } from '../../../../src/adapters/storage/mysql/mysql-runner.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { FakeClock } from '../../../support/application/fake-clock.js';
import { ScriptedMysql } from '../../../support/stores/scripted-mysql.js';

const DELETE = { text: 'delete from translation_tasks', params: [] };
const SELECT = { text: 'select 1', params: [] };

const POOL = { size: 1, idleMin: 0, idleTimeout: 60_000, recycle: 0, queryTimeout: 5000 };

function runnerOn(ports: readonly number[], clock = new FakeClock(), pool = POOL): MysqlRunner {
  const login = { user: 'app', password: '', database: 'jobs' };
  const nodes = ports.map((port) => {
    const connector = new Connector({ host: '127.0.0.1', port }, login);
    return { connector, pool: new NodePool(connector, pool, true, clock) };
  });
  const runner = new MysqlRunner('mysql app@jobs', new Nodes(nodes, 1000, clock, null), 1, 5000);
  onTestFinished(() => runner.close());
  return runner;
}

describe('statements on a MySQL server', () => {
  let server: ScriptedMysql;
  let runner: MysqlRunner;
  const erase = () => runner.transaction((transaction) => transaction.run(DELETE));

  beforeEach(async () => {
    server = await ScriptedMysql.start();
    onTestFinished(() => server.close());
    runner = runnerOn([server.port]);
  });

  it.each([1213, 1615, 3101])('are retried after %i, in a new transaction', async (errno) => {
    server.reply('ok', { errno }, 'ok', 'ok', { errno });
    await erase();
    const attempt = ['START TRANSACTION', DELETE.text];
    const end = [...attempt, 'ROLLBACK'];
    expect(server.statements).toEqual([...end, ...end, ...attempt, 'COMMIT']);
    expect(server.connections).toBe(1);
  });

  // After a deadlock the server has ended the transaction: a statement would be one of its own.
  it.each([
    [[], ['insert', 'insert', 'select', 'COMMIT']],
    [['ok', { errno: 1146 }], ['insert']],
    [
      ['ok', 'ok', { errno: 1146 }],
      ['insert', 'insert'],
    ],
  ] as const)(
    'that read beside an upsert follow all of it, if it succeeds: %j',
    async (replies, sent) => {
      server.reply(...replies);
      const rows = Array.from({ length: 1500 }, (_, index) => [index]);
      const ended = runner.transaction(async (transaction) => {
        const upsert = { head: 'insert into t values ', row: '(?)', tail: '' };
        await Promise.all([transaction.upsert(upsert, rows), transaction.all(SELECT)]);
      });
      await ended.catch(() => undefined);
      const kinds = server.statements.map((statement) => statement.split(' ')[0]);
      expect(kinds.slice(1)).toEqual(sent);
    },
  );

  it('fail as an outage after twelve retries', async () => {
    for (let repeat = 0; repeat < 20; repeat += 1) server.reply('ok', { errno: 3101 }, 'ok');
    await expect(erase()).rejects.toThrow(/rolled the transaction back/);
    expect(server.statements.filter((statement) => statement === DELETE.text)).toHaveLength(13);
  });

  it('are not retried after a minute, the time that two locks take to time out', async () => {
    const now = vi.spyOn(performance, 'now');
    onTestFinished(() => now.mockRestore());
    now.mockReturnValueOnce(0).mockReturnValueOnce(50_000).mockReturnValueOnce(100_000);
    for (let repeat = 0; repeat < 3; repeat += 1) server.reply('ok', { errno: 1205 }, 'ok');
    await expect(erase()).rejects.toThrow(StorageUnavailableError);
    expect(server.statements.filter((statement) => statement === DELETE.text)).toHaveLength(2);
  });

  it.each([
    [1047, /may have lost quorum/, false],
    [1461, /raise its max_prepared_stmt_count/, false],
    [1045, /set database\.user and database\.password/, false],
    [1064, /unknown error/, true],
    [9999, /unknown error/, true],
  ])(
    'that fail with %i are an outage, and the next one uses another connection',
    async (errno, says, unclear) => {
      server.reply({ errno }, { value: 1 });
      const error = await runner.all(SELECT).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StorageUnavailableError);
      expect(error).toMatchObject({ message: expect.stringMatching(says), unclear });
      expect(await runner.all(SELECT)).toHaveLength(1);
      expect(server.connections).toBe(2);
    },
  );

  it('are not sent on a connection whose setup failed, and the reason is reported', async () => {
    server.replyToSetUp({ errno: 1227 });
    await expect(runner.all(SELECT)).rejects.toThrow(/lacks a privilege/);
    await expect(erase()).rejects.toThrow(/lacks a privilege/);
    expect(server.statements).toEqual([]);
    server.replyToSetUp('ok');
    server.reply({ value: 1 });
    expect(await runner.all(SELECT)).toHaveLength(1);
  });

  it('are an outage if the server is not MySQL', async () => {
    const web = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(web, 'listening');
    onTestFinished(() => void web.close());
    const { port } = web.address() as { port: number };
    await expect(runnerOn([port]).all(SELECT)).rejects.toThrow(StorageUnavailableError);
  });
});
