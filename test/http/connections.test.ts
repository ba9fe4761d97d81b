import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { anApiKey } from '../support/http/api-keys.js';
import { anHttpApp, aSession, BASE, type HttpTestApp } from '../support/http/http-app.js';
import { served } from '../support/http/served-app.js';

const MOST = 4;
const [ONE, OTHER, THIRD] = ['127.0.0.1', '127.0.0.2', '127.0.0.3'] as const;
const key = anApiKey('backend', 'read', 'write');

/** A client connection from one of the loopback addresses, and its answers. */
class Client {
  answers = '';
  isClosed = false;
  readonly closed: Promise<unknown>;

  private constructor(
    readonly socket: Socket,
    /** The server side. */
    readonly accepted: Socket,
  ) {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      this.answers += String(chunk);
    });
    this.closed = once(socket, 'close').then(() => {
      this.isClosed = true;
    });
  }

  static async from(address: string, port: number, server: Server): Promise<Client> {
    const coming = once(server, 'connection');
    const socket = connect({ port, host: '127.0.0.1', localAddress: address });
    onTestFinished(() => void socket.destroy());
    const [accepted] = (await coming) as [Socket];
    return new Client(socket, accepted);
  }

  /** Sends a request that is answered at once; the connection is kept. */
  async ask(path = '/health/live', ...headers: readonly string[]): Promise<this> {
    const before = this.answers.length;
    this.socket.write([`GET ${path} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n'));
    while (this.answers.length === before) await once(this.socket, 'data');
    return this;
  }

  /** Sends a request that waits for the store. */
  async wait(server: Server): Promise<this> {
    const body = JSON.stringify({ sessions: [aSession()] });
    const head = `POST ${BASE}/sessions/batch?ack=stored HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const coming = once(server, 'request');
    this.socket.write(head + body);
    await coming;
    return this;
  }
}

async function serving(app: HttpTestApp = anHttpApp(), keysConfigured = false) {
  const { port, server } = await served(app, { maxConnections: MOST, keysConfigured });
  const from = (address: string) => Client.from(address, port, server);
  const busy = async (address: string) => (await from(address)).wait(server);
  const many = async (count: number, make: () => Promise<Client>) => {
    const made: Client[] = [];
    while (made.length < count) made.push(await make());
    return made;
  };
  return { app, server, from, busy, many };
}

const live = /^HTTP\/1\.1 200 .*"alive"/s;

describe('when all connections are in use', () => {
  it.each([
    ['have had an answer', (client: Client) => client.ask()],
    ['have sent nothing', async (client: Client) => client],
    [
      'have sent half a head',
      async (client: Client) => {
        client.socket.write('GET /health HTTP/1.1\r\nho');
        return client;
      },
    ],
  ])('by idle ones that %s, a new one replaces the longest idle', async (_, use) => {
    const { app, from, many } = await serving();
    const idle = await many(MOST, async () => use(await from(ONE)));
    const newcomer = await from(ONE);
    await idle[0]?.closed;
    expect((await newcomer.ask()).answers).toMatch(live);
    expect(idle.slice(1).map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
    expect(app.logger.lines).toContainEqual({
      level: 'warn',
      message: expect.stringContaining('Connections beyond service.max_connections'),
      fields: { max_connections: MOST, idle_closed: 1, cut_off: 0, turned_away: 0 },
    });
  });

  it('a recently used connection outlives an older one', async () => {
    const { from, many } = await serving();
    const [first, second] = await many(MOST, async () => (await from(ONE)).ask());
    await first?.ask();
    await from(ONE);
    await second?.closed;
    expect(first?.isClosed).toBe(false);
  });

  it('the address with the most idle connections loses one', async () => {
    const { from, many } = await serving();
    const other = await (await from(OTHER)).ask();
    const [first] = await many(MOST - 1, async () => (await from(ONE)).ask());
    await (await from(THIRD)).ask();
    await first?.closed;
    expect(other.isClosed).toBe(false);
  });

  it('one without a key is closed before one with a key', async () => {
    const app = anHttpApp({}, { access: { apiKeys: [key.key] } });
    const { from, many } = await serving(app, true);
    const authorization = `authorization: Bearer ${key.token}`;
    const known = await many(MOST - 1, async () =>
      (await from(ONE)).ask('/health/live', authorization),
    );
    const newcomer = await (await from(OTHER)).ask();
    await (await from(OTHER)).ask();
    await newcomer.closed;
    expect(known.map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
  });

  it('by requests of one address, another address gets a share', async () => {
    const app = anHttpApp();
    const { from, busy, many } = await serving(app);
    const release = app.sessionStore.hang();
    const greedy = await many(MOST, () => busy(ONE));
    expect((await (await from(OTHER)).ask()).answers).toMatch(live);
    await greedy[0]?.closed;
    expect(greedy.slice(1).map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
    release();
  });

  it('by requests in equal shares, a new one of these addresses is refused', async () => {
    const app = anHttpApp();
    const { from, busy, many } = await serving(app);
    const release = app.sessionStore.hang();
    const all = [...(await many(2, () => busy(ONE))), ...(await many(2, () => busy(OTHER)))];
    await (await from(ONE)).closed;
    await (await from(OTHER)).closed;
    expect(all.map(({ isClosed }) => isClosed)).toEqual([false, false, false, false]);
    release();
  });

  it('by requests of one address, as behind a proxy, all of them are served', async () => {
    const app = anHttpApp();
    const { from, busy, many } = await serving(app);
    const release = app.sessionStore.hang();
    const all = await many(MOST, () => busy(ONE));
    await (await from(ONE)).closed;
    const answers = all.map(({ socket }) => once(socket, 'data'));
    release();
    await Promise.all(answers);
    for (const { answers: text } of all) expect(text).toMatch(/^HTTP\/1\.1 200 .*"stored"/s);
  });
});

describe('an idle connection is kept', () => {
  const kept = async (keysConfigured: boolean, ...headers: readonly string[]) => {
    const apiKeys = keysConfigured ? [key.key] : [];
    const { from } = await serving(anHttpApp({}, { access: { apiKeys } }), keysConfigured);
    const client = await (await from(ONE)).ask('/health/live', ...headers);
    await expect.poll(() => client.accepted.timeout).toBeGreaterThan(0);
    return { seconds: Math.floor((client.accepted.timeout ?? 0) / 1000), text: client.answers };
  };
  const authorization = `authorization: Bearer ${key.token}`;

  it.each([
    ['long where there are no keys', false, [], 65, 65],
    ['long when it has shown a key, and not announced so', true, [authorization], 65, 5],
    ['shortly when it has not', true, [], 5, 5],
    ['shortly when the key is not known', true, ['authorization: Bearer psk_x'], 5, 5],
  ])('%s', async (_, keysConfigured, headers, seconds, announced) => {
    const found = await kept(keysConfigured, ...headers);
    // Node adds a second to the announced value.
    expect([seconds, seconds + 1]).toContain(found.seconds);
    expect(found.text).toContain(`Keep-Alive: timeout=${announced}`);
  });

  it('no longer than that', async () => {
    const app = anHttpApp();
    const { port, server } = await served(app, {
      keepAlive: { known: 65_000, unknown: 1 },
      keysConfigured: true,
    });
    const client = await (await Client.from(ONE, port, server)).ask();
    await client.closed;
    expect(client.answers).toMatch(live);
  });
});
