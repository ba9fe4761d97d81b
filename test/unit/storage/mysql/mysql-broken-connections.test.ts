import type { Duplex } from 'node:stream';
import type { Connection } from 'mysql2/promise';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Connector } from '../../../../src/adapters/storage/mysql/connections/connector.js';
import { NodePool } from '../../../../src/adapters/storage/mysql/connections/node-pool.js';
import { WatchedNode } from '../../../../src/adapters/storage/mysql/connections/watched-node.js';
import { FakeClock } from '../../../support/application/fake-clock.js';
import { ScriptedMysql } from '../../../support/stores/scripted-mysql.js';

const LOGIN = { user: 'app', password: '', database: 'jobs', connectTimeout: 30_000 };
const POOL = { size: 2, idleMin: 0, idleTimeout: 60_000, recycle: 0, queryTimeout: 30_000 };

/** Those that were made, and what the next ones wait for. */
class NotingConnector extends Connector {
  readonly made: Connection[] = [];
  gate: Promise<void> = Promise.resolve();

  override async connect(options?: { readonly withDatabase?: boolean }): Promise<Connection> {
    const connection = await super.connect(options);
    this.made.push(connection);
    await this.gate;
    return connection;
  }

  /** The sockets that keep this process alive. */
  get open(): number {
    return this.made.map(streamOf).filter(({ destroyed }) => !destroyed).length;
  }
}

function streamOf(connection: Connection): Duplex {
  return (connection as unknown as { connection: { stream: Duplex } }).connection.stream;
}

/** What waits for the returned function. */
function aGate(): [Promise<void>, () => void] {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  return [gate, release];
}

let server: ScriptedMysql;
let connector: NotingConnector;
let pool: NodePool;

beforeEach(async () => {
  server = await ScriptedMysql.start();
  connector = new NotingConnector({ host: '127.0.0.1', port: server.port }, LOGIN);
  pool = new NodePool(connector, POOL, true, new FakeClock());
  onTestFinished(() => {
    server.close();
    // It waits for connections that a failed test has not given back.
    void pool.close();
  });
});

// Without waiting for the end of the server, which may be frozen, or lost with its host.
describe('a connection', () => {
  it('is closed at once when it is given back to its pool', async () => {
    const pooled = await pool.acquire();
    server.isFrozen = true;
    pooled.isBroken = true;
    pool.release(pooled);
    expect(connector.open).toBe(0);
  });

  it('is closed at once when its pool is closed', async () => {
    pool.release(await pool.acquire());
    await pool.close();
    expect(connector.open).toBe(0);
  });

  it('is closed at once when its setup fails', async () => {
    server.replyToSetUp({ errno: 1227 });
    server.answer('set names', 'ok');
    await expect(pool.acquire()).rejects.toThrow('1227');
    expect(connector.open).toBe(0);
  });

  it('is closed at once when a probe fails on it', async () => {
    const node = new WatchedNode({ connector, pool }, null);
    await node.probe(30_000);
    server.isFrozen = true;
    await node.probe(100);
    expect(connector.open).toBe(0);
  });

  it('is closed at once when probes end', async () => {
    const node = new WatchedNode({ connector, pool }, null);
    await node.probe(30_000);
    await node.close();
    expect(connector.open).toBe(0);
  });

  it('is closed at once when a probe receives it after the end', async () => {
    const node = new WatchedNode({ connector, pool }, null);
    const [gate, release] = aGate();
    connector.gate = gate;
    const probed = node.probe(30_000);
    await vi.waitFor(() => expect(connector.made).toHaveLength(1));
    await node.close();
    release();
    await probed;
    expect(connector.open).toBe(0);
  });
});

describe('a pool', () => {
  it('has no negative number of waiting calls while it makes a connection', async () => {
    const first = await pool.acquire();
    const [gate, release] = aGate();
    connector.gate = gate;
    const second = pool.acquire();
    pool.release(first);
    const pooled = await second;
    expect(pool.use()).toEqual({ inUse: 2, idle: 0, limit: 2, waiting: 0 });
    release();
    pool.release(pooled);
  });
});
