import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from '../../support/http/client.js';
import { aSession, BASE } from '../../support/http/http-app.js';
import { ServiceProcess } from '../../support/processes/service-process.js';
import { mainThreadWork } from '../../support/processes/service-watch.js';

/** Most work for others while a good client is served beside any number of bad ones, milliseconds. */
const QUICK = 1000;
const STALLED = 500;

let cwd: string;
let service: ServiceProcess | null = null;
let clients: RawClient[] = [];

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'ps-stalled-'));
});
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
  await service?.kill();
  service = null;
  await rm(cwd, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<ServiceProcess> {
  service = await ServiceProcess.start({ env, cwd });
  return service;
}

/** A connection with the data received on it, and the promise of its end. */
class RawClient {
  answer = '';
  readonly #connected: Promise<void>;
  readonly closed: Promise<void>;

  constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    this.#connected = new Promise((resolve) => socket.once('connect', () => resolve()));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const client = new RawClient(connect(Number(port), hostname));
    clients.push(client);
    await client.#connected;
    return client;
  }

  read(): this {
    this.socket.on('data', (chunk) => {
      this.answer += chunk.toString();
    });
    return this;
  }

  send(...lines: readonly string[]): this {
    this.socket.write(lines.join('\r\n'));
    return this;
  }
}

const head = (method: string, path: string, ...headers: readonly string[]) => [
  `${method} ${BASE}/${path} HTTP/1.1`,
  'host: localhost',
  'content-type: application/json',
  ...headers,
];

/**
 * Milliseconds that the service works until a write and a read of another client are answered. Unlike
 * the time, they do not depend on what else this machine does.
 */
async function served(url: string): Promise<number> {
  const client = new TestClient(url);
  const pid = service?.pid ?? 0;
  const begun = await mainThreadWork(pid);
  expect((await client.post('sessions/batch', { sessions: [aSession()] })).status).toBe(200);
  expect((await client.get('sessions/s-1')).status).toBe(200);
  return (await mainThreadWork(pid)) - begun;
}

describe('beside harmful clients', () => {
  it.each([
    ['that send nothing', []],
    ['that stop in their headers', ['GET /health HTTP/1.1', 'host: loc']],
    [
      'that stop in their body',
      [...head('POST', 'tasks/batch', 'content-length: 1000'), '', '{"t'],
    ],
  ])('500 of them %s, others are served quickly', async (_, lines) => {
    const { url } = await start({ SERVICE_REQUEST_TIMEOUT: '5' });
    const stalled = await Promise.all(
      Array.from({ length: STALLED }, async () =>
        (await RawClient.connect(url)).read().send(...lines),
      ),
    );
    expect(await served(url)).toBeLessThan(QUICK);
    // They are still there: nobody waited for their end.
    expect(stalled.filter(({ answer }) => answer !== '')).toHaveLength(0);
    await Promise.all(stalled.map(({ closed }) => closed));
    for (const { answer } of stalled) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(service?.output).not.toContain('A request failed unexpectedly');
    expect(await served(url)).toBeLessThan(QUICK);
  });

  it('one that sends its headers byte by byte is disconnected in time', async () => {
    const { url } = await start({ SERVICE_REQUEST_TIMEOUT: '2' });
    const client = (await RawClient.connect(url)).read().send('GET /health HTTP/1.1\r\nx-a: ');
    const dripping = setInterval(() => client.send('a'), 100);
    await client.closed.finally(() => clearInterval(dripping));
    expect(client.answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(await served(url)).toBeLessThan(QUICK);
  });

  it('those beyond the limit of connections are refused, and logged', async () => {
    const { url } = await start({ SERVICE_MAX_CONNECTIONS: '20', SERVICE_REQUEST_TIMEOUT: '2' });
    const stalled = await Promise.all(Array.from({ length: 40 }, () => RawClient.connect(url)));
    await Promise.all(stalled.map((client) => client.read().closed));
    expect(service?.output).toContain('Connections beyond service.max_connections');
    expect(await served(url)).toBeLessThan(QUICK);
  });
});

describe('a body of 1 GB', () => {
  const announced = `content-length: ${1024 ** 3}`;

  it.each([
    ['POST', 'tasks/batch'],
    ['POST', 'flush'],
    ['GET', 'tasks'],
  ])(
    'announced to %s %s is refused before it is sent, and the connection closed',
    async (method, path) => {
      const { url } = await start();
      const client = (await RawClient.connect(url)).read();
      client.send(...head(method, path, announced), '', '');
      await client.closed;
      expect(client.answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(client.answer.toLowerCase()).toContain('connection: close');
      expect(client.answer).toContain('PAYLOAD_TOO_LARGE');
    },
  );

  it('as a form is refused as well, and others are served', async () => {
    const { url } = await start();
    const client = (await RawClient.connect(url)).read();
    client.send(
      `POST ${BASE}/tasks/batch HTTP/1.1`,
      'host: localhost',
      'content-type: multipart/form-data; boundary=x',
      announced,
      '',
      'a'.repeat(1_000_000),
    );
    expect(await served(url)).toBeLessThan(QUICK);
    await client.closed;
    expect(client.answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('an oversized or deeply nested request', () => {
  it('in the headers is refused with 431', async () => {
    const { url } = await start();
    const client = (await RawClient.connect(url)).read();
    client.send('GET /health HTTP/1.1', 'host: localhost', `x-a: ${'a'.repeat(20_000)}`, '', '');
    await client.closed;
    expect(client.answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('in a body of 32 MB of brackets is refused without delaying others', async () => {
    const { url } = await start();
    const body = '['.repeat(32_000_000);
    const headers = { 'content-type': 'application/json' };
    const send = () => fetch(`${url}${BASE}/tasks/batch`, { method: 'POST', body, headers });
    const refused = Promise.all([send(), send()]);
    expect(await served(url)).toBeLessThan(QUICK);
    for (const { status } of await refused) expect(status).toBe(422);
  });
});

describe('the keys', () => {
  it('are enforced by the service as configured', async () => {
    const key = 'psk_test';
    const sha256 = '0'.repeat(64);
    const { url } = await start({
      AUTH_API_KEYS: JSON.stringify([{ name: 'none', sha256, scopes: ['read'] }]),
      AUTH_PUBLIC_METRICS: 'false',
      SERVICE_RATE_LIMIT: '5',
    });
    const get = (path: string) =>
      fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    for (const path of [`${BASE}/stats`, '/api/v1/system/metrics']) {
      expect((await get(path)).status).toBe(401);
    }
    expect((await get('/docs')).status).toBe(200);
    const more = await Promise.all(Array.from({ length: 10 }, () => get(`${BASE}/stats`)));
    expect(more.map(({ status }) => status)).toContain(429);
  });
});
