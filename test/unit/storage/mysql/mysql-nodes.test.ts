import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Connector } from '../../../../src/adapters/storage/mysql/connections/connector.js';
import { NodePool } from '../../../../src/adapters/storage/mysql/connections/node-pool.js';
import { Nodes } from '../../../../src/adapters/storage/mysql/connections/nodes.js';
import { MysqlRunner } from '../../../../src/adapters/storage/mysql/mysql-runner.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { FakeClock } from '../../../support/application/fake-clock.js';
import { RecordingLogger } from '../../../support/application/fakes.js';
import { ScriptedMysql } from '../../../support/stores/scripted-mysql.js';

const POOL = { size: 2, idleMin: 0, idleTimeout: 60_000, recycle: 10_000, queryTimeout: 5000 };
const PROBE = 2000;
const DELETE = { text: 'delete from translation_tasks', params: [] };
const SELECT = { text: 'select 1', params: [] };

let clock: FakeClock;
let logger: RecordingLogger;
let first: ScriptedMysql;
let second: ScriptedMysql;
let runner: MysqlRunner;

const erase = () => runner.transaction((transaction) => transaction.run(DELETE));
const usable = () => runner.health().nodes.usable;
/**
 * The probes of a real connection take a moment; on a busy machine longer than their patience, and
 * then the next ones tell.
 */
const probed = async (nodes: number) => {
  const tell = async () => {
    await clock.advance(PROBE);
    await vi.waitFor(() => expect(usable()).toBe(nodes), { timeout: 2000 });
  };
  await vi.waitFor(tell, { timeout: 30_000 });
};

async function start(count: 1 | 2) {
  clock = new FakeClock();
  logger = new RecordingLogger();
  [first, second] = [await ScriptedMysql.start(), await ScriptedMysql.start()];
  const login = { user: 'app', password: '', database: 'jobs', connectTimeout: 300 };
  const nodes = [first, second].slice(0, count).map(({ port }) => {
    const connector = new Connector({ host: '127.0.0.1', port }, login);
    return { connector, pool: new NodePool(connector, POOL, true, clock) };
  });
  runner = new MysqlRunner('mysql app@jobs', new Nodes(nodes, 300, clock, logger), 2, 5000);
  onTestFinished(async () => {
    await runner.close();
    for (const server of [first, second]) server.close();
  });
}

describe('of several nodes,', () => {
  beforeEach(() => start(2));

  it('the first one is used while it is usable', async () => {
    await erase();
    await probed(2);
    await erase();
    expect(first.statements.filter((text) => text === DELETE.text)).toHaveLength(2);
    expect(second.statements).toEqual([]);
  });

  it('the next one is used at once if the first refuses connections', async () => {
    first.close();
    await erase();
    expect(second.statements).toEqual(['START TRANSACTION', DELETE.text, 'COMMIT']);
    expect(usable()).toBe(1);
    expect(logger.lines).toMatchObject([
      {
        message: 'A database node is left; the next one is used',
        fields: { reason: expect.stringContaining('refused') },
      },
    ]);
  });

  it.each([1047, 1053, 1123, 1290, 1836, 3032, 3100])(
    'the next one repeats a transaction that fails on the first with %i',
    async (errno) => {
      first.reply('ok', { errno }, 'ok');
      await erase();
      expect(second.statements).toEqual(['START TRANSACTION', DELETE.text, 'COMMIT']);
      expect(usable()).toBe(1);
    },
  );

  it('the next one repeats a statement on which the connection ends', async () => {
    first.reply('end');
    second.reply({ value: 7 });
    expect(await runner.all(SELECT)).toEqual([{ bytes: 7 }]);
  });

  it('the next one does not repeat a commit whose answer was lost', async () => {
    first.reply('ok', 'ok', 'end');
    await expect(erase()).rejects.toThrow(StorageUnavailableError);
    expect(second.statements).toEqual([]);
    await erase();
    expect(second.statements).toContain('COMMIT');
  });

  it('none is left for an error of a record, a full disk or a deadlock', async () => {
    first.reply('ok', { errno: 1406 }, 'ok');
    await expect(erase()).rejects.toThrow('a text is too long');
    first.reply('ok', { errno: 1021 }, 'ok');
    await expect(erase()).rejects.toThrow('the disk of the server is full');
    first.reply('ok', { errno: 1213 }, 'ok');
    await erase();
    expect(usable()).toBe(2);
    expect(runner.health().repeats).toBe(1);
  });

  it('the first one is used again when a probe succeeds', async () => {
    first.reply('ok', { errno: 1047 }, 'ok');
    await erase();
    await probed(2);
    await erase();
    expect(first.statements.at(-1)).toBe('COMMIT');
  });

  // MariaDB 12 reports it as a text.
  it.each([
    [1, 0],
    ['ON', 'OFF'],
  ] as const)(
    'a read-only one (%o) is left by a probe until it accepts writes',
    async (on, off) => {
      await runner.all(SELECT);
      first.readOnly = on;
      await probed(1);
      await erase();
      expect(second.statements).toContain('COMMIT');
      first.readOnly = off;
      await probed(2);
    },
  );

  it('one that stops to answer is left by a probe, and its statements are repeated', async () => {
    await runner.all(SELECT);
    first.isFrozen = true;
    const erasing = erase();
    await probed(1);
    await erasing;
    expect(second.statements).toContain('COMMIT');
  });

  it('all are tried if none is usable, and the error is that of the first', async () => {
    first.close();
    second.close();
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(erase()).rejects.toThrow(/ECONNREFUSED/);
    expect(usable()).toBe(0);
  });

  it('each is tried once if none answers', async () => {
    first.isFrozen = true;
    second.isFrozen = true;
    await expect(erase()).rejects.toThrow(StorageUnavailableError);
    expect([first.connections, second.connections]).toEqual([1, 1]);
  });

  it('nothing is sent once they are closed', async () => {
    await erase();
    await runner.close();
    await expect(erase()).rejects.toThrow('the connections are closed');
    expect(clock.armed).toEqual([]);
  });
});

describe('a single node', () => {
  beforeEach(() => start(1));

  it('is neither probed nor left', async () => {
    first.reply('ok', { errno: 1047 }, 'ok');
    await expect(erase()).rejects.toThrow('may have lost quorum');
    expect(runner.health().nodes).toEqual({ usable: 1, all: 1 });
    expect(clock.armed).toEqual([]);
    await erase();
  });
});

describe('a connection', () => {
  beforeEach(() => start(1));

  it('is used again until it is as old as pool_recycle', async () => {
    await erase();
    await clock.advance(9_999);
    await erase();
    expect(first.connections).toBe(1);
    await clock.advance(1);
    await erase();
    expect(first.connections).toBe(2);
  });

  it('that ended while it was idle is replaced without an error', async () => {
    await erase();
    first.endConnections();
    await vi.waitFor(() => erase(), { timeout: 30_000 });
    await erase();
    expect(first.connections).toBe(2);
  });
});
