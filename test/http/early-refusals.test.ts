import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LingeringLimits } from '../../src/adapters/http/server/lingering-close.js';
import { anApiKey } from '../support/http/api-keys.js';
import { anHttpApp, BASE, type HttpTestApp } from '../support/http/http-app.js';
import { served } from '../support/http/served-app.js';

const LENGTH = 1_000_000;
const LIMIT = 2 * LENGTH;
/** Milliseconds in which hono drops a body after its answer. */
const OF_HONO = 500;
const NEVER = 1_000_000;
const JSON_TYPE = 'content-type: application/json';
const reader = anApiKey('reader', 'read');
const withKey = () => anHttpApp({}, { access: { apiKeys: [reader.key] }, bodyLimitBytes: LIMIT });

/** A client that has sent a head, and one byte of the body that the head announces. */
class Uploader {
  answer = '';
  error: Error | null = null;
  readonly closed: Promise<unknown>;

  constructor(readonly socket: Socket) {
    onTestFinished(() => void socket.destroy());
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('data', (chunk) => {
      this.answer += String(chunk);
    });
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** Waits until the whole answer has come. */
  async answered(): Promise<void> {
    const isWhole = () => {
      const [head = '', body] = this.answer.split('\r\n\r\n');
      const length = /^content-length: (\d+)$/im.exec(head)?.[1];
      return body !== undefined && Buffer.byteLength(body) === Number(length ?? 0);
    };
    while (!isWhole()) await once(this.socket, 'data');
  }

  sendRest(): void {
    this.socket.write('x'.repeat(LENGTH - 1));
  }
}

function anUploader(port: number, path: string, ...headers: readonly string[]): Uploader {
  const client = new Uploader(connect(port, '127.0.0.1'));
  const all = [`${path} HTTP/1.1`, 'host: localhost', `content-length: ${LENGTH}`, ...headers];
  client.socket.write(`${all.join('\r\n')}\r\n\r\n{`);
  return client;
}

async function serving(app: HttpTestApp, lingering: Partial<LingeringLimits> = {}) {
  const { port } = await served(app, { requestTimeout: 60_000, lingering });
  return (path: string, ...headers: readonly string[]) => anUploader(port, path, ...headers);
}

const BATCH = `POST ${BASE}/tasks/batch`;
type Refusal = readonly [
  status: number,
  path: string,
  app: () => HttpTestApp,
  headers: readonly string[],
];
const refusals: readonly Refusal[] = [
  [400, `POST ${BASE}/tasks\\batch`, anHttpApp, []],
  [401, BATCH, withKey, [JSON_TYPE]],
  [403, BATCH, withKey, [JSON_TYPE, `authorization: Bearer ${reader.token}`]],
  [404, 'POST /nowhere', anHttpApp, []],
  [404, `DELETE ${BASE}/sessions/s-1`, anHttpApp, []],
  [405, `PUT ${BASE}/tasks`, anHttpApp, []],
  [413, BATCH, () => anHttpApp({}, { bodyLimitBytes: 1000 }), [JSON_TYPE]],
  [415, BATCH, anHttpApp, ['content-type: text/csv']],
  [422, `POST ${BASE}/tasks/batch?ack=maybe`, anHttpApp, [JSON_TYPE]],
  [422, `GET ${BASE}/tasks?page=0`, anHttpApp, []],
];

describe('a refusal before the body has come', () => {
  it('is the last answer of its connection, and what the client sends after it is not done', async () => {
    const app = withKey();
    const client = (await serving(app))(BATCH, JSON_TYPE);
    await client.answered();
    client.sendRest();
    client.socket.write(
      `GET ${BASE}/tasks HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${reader.token}\r\n\r\n`,
    );
    await client.closed;
    expect(client.answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 401']);
    const done = app.logger.lines.filter(({ message }) => message === 'request');
    expect(done.map(({ fields }) => fields.status)).toEqual([401]);
  });

  it.each(refusals)('reaches a client that sends on, then closes: %i %s', async (...refusal) => {
    const [status, path, app, headers] = refusal;
    const client = (await serving(app()))(path, ...headers);
    await client.answered();
    expect(client.answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(client.answer).toMatch(/^connection: close$/im);
    client.sendRest();
    await client.closed;
    expect(client.error).toBeNull();
  });

  it('by the limit of requests does so too', async () => {
    const app = anHttpApp({}, { access: { rateLimit: 1 } });
    const upload = await serving(app);
    const clients = Array.from({ length: 3 }, () => upload(BATCH, 'content-type: text/csv'));
    for (const client of clients) {
      await client.answered();
      client.sendRest();
      await client.closed;
      expect(client.error).toBeNull();
      expect(client.answer).toMatch(/^HTTP\/1\.1 (415|429) .*^connection: close$/ims);
    }
    expect(clients.map(({ answer }) => answer).join()).toContain('429');
  });

  it('reaches a client that needs longer than half a second for the rest', async () => {
    const { port, server } = await served(withKey());
    const coming = once(server, 'connection');
    const client = anUploader(port, BATCH, JSON_TYPE);
    const [accepted] = (await coming) as [Socket];
    await client.answered();
    await setTimeout(OF_HONO + 200);
    client.sendRest();
    await client.closed;
    expect(accepted.bytesRead).toBeGreaterThan(LENGTH);
    expect(client.error).toBeNull();
  });

  it('leaves the connection open if the rest of a short body comes soon', async () => {
    const { port, server } = await served(withKey(), { lingering: { grace: NEVER } });
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    for (let sent = 0; sent < 3; sent += 1) {
      const coming = once(server, 'request');
      socket.write(`${BATCH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{`);
      await coming;
      socket.write('}');
      const answer = String((await once(socket, 'data'))[0]);
      expect(answer).toMatch(/^HTTP\/1\.1 401 .*^connection: keep-alive$/ims);
    }
  });

  it('closes the connection if it does not', async () => {
    const { port, server } = await served(withKey(), { lingering: { grace: 1, silence: NEVER } });
    const client = new Uploader(connect(port, '127.0.0.1'));
    const coming = once(server, 'request');
    client.socket.write(`${BATCH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{`);
    await coming;
    await client.answered();
    expect(client.answer).toMatch(/^HTTP\/1\.1 401 .*^connection: close$/ims);
    client.socket.write('}');
    await client.closed;
    expect(client.error).toBeNull();
  });

  it.each([
    ['is not HTTP', 'HELO\r\n\r\n', 400],
    ['has too many bytes of headers', `GET / HTTP/1.1\r\nx-a: ${'a'.repeat(20_000)}`, 431],
    [
      'is late',
      `${BATCH} HTTP/1.1\r\nhost: localhost\r\n${JSON_TYPE}\r\ncontent-length: 9\r\n\r\n{`,
      408,
    ],
  ])('reaches a client that sends on although its request %s', async (_, text, status) => {
    const { port } = await served(anHttpApp(), { requestTimeout: 500 });
    const client = new Uploader(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
    client.socket.write(text);
    await client.answered();
    client.socket.end('x'.repeat(LENGTH));
    await client.closed;
    expect(client.error).toBeNull();
    expect(client.answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*"HTTP_${status}"`, 's'));
  });

  it('has no body for HEAD, and closes as well', async () => {
    const client = (await serving(anHttpApp()))('HEAD /nowhere');
    await once(client.socket, 'data');
    client.sendRest();
    await client.closed;
    expect(client.error).toBeNull();
    expect(client.answer).toMatch(/^HTTP\/1\.1 404 .*\r\n\r\n$/s);
  });
});

describe('after a refusal, the rest of the body', () => {
  it('is not waited for without end', async () => {
    const upload = await serving(withKey(), { silence: 1, longest: NEVER });
    const client = upload(BATCH, JSON_TYPE);
    await client.closed;
    expect(client.answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('may not come byte by byte without end', async () => {
    const upload = await serving(withKey(), { silence: NEVER, longest: 1 });
    const client = upload(BATCH, JSON_TYPE);
    await client.closed;
    expect(client.answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('is not read beyond a number of bytes', async () => {
    const { port, server } = await served(withKey(), { lingering: { bytes: 1000, silence: 200 } });
    const coming = once(server, 'connection');
    const client = connect(port, '127.0.0.1');
    client.on('error', () => undefined);
    const [accepted] = (await coming) as [Socket];
    const head = `${BATCH} HTTP/1.1\r\nhost: localhost\r\n${JSON_TYPE}\r\n`;
    client.write(`${head}content-length: ${LENGTH}\r\n\r\n${'x'.repeat(LENGTH - 1)}`);
    client.resume();
    await once(accepted, 'close');
    expect(accepted.bytesRead).toBeLessThan(LENGTH);
    client.destroy();
  });

  it('is waited for on few connections at a time: the oldest one is closed', async () => {
    const limits = { silence: NEVER, longest: NEVER, connections: 2 };
    const upload = await serving(withKey(), limits);
    const clients: Uploader[] = [];
    while (clients.length < 3) {
      const client = upload(BATCH, JSON_TYPE);
      clients.push(client);
      await client.answered();
    }
    await clients[0]?.closed;
    for (const client of clients.slice(1)) {
      client.sendRest();
      await client.closed;
      expect(client.error).toBeNull();
    }
  });
});
