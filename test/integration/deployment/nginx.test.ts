import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { describeWithPrograms } from '../../support/deployment/debian-programs.js';
import { aProxy } from '../../support/deployment/nginx.js';
import { BASE } from '../../support/http/http-app.js';
import { aService } from '../../support/processes/mysql-service.js';
import { aSessionRecord } from '../../support/records/records.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const aSession = (session_id: string, filename: string) => ({
  session_id,
  ...aSessionRecord(session_id, { filename }).fields,
});
/** A service without keys accepts the name in the sample too. */
const NAMED = { AUTH_ALLOWED_HOSTS: '["persistence.example.org"]' };
const portOf = (url: string) => Number(new URL(url).port);

/** An upstream of the test; unanswered connections are closed when the test is over. */
async function anUpstream(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describeWithPrograms('nginx with the sample', ['nginx', 'openssl'], () => {
  it('passes on writes and reads over TLS', async () => {
    const service = await aService({});
    const proxy = await aProxy(portOf(service.url));
    const session = aSession('over-tls', 'Übersetzung 🎮.xlsx');
    const posted = await proxy.ask(`${BASE}/sessions/batch`, {
      method: 'POST',
      headers: { ...JSON_TYPE, 'x-request-id': 'mine-1' },
      body: JSON.stringify({ sessions: [session] }),
    });
    expect([posted.status, posted.headers['x-request-id']]).toEqual([200, 'mine-1']);
    expect(posted.headers['strict-transport-security']).toBe('max-age=31536000');
    const read = await proxy.ask(`${BASE}/sessions/over-tls`);
    expect(JSON.parse(read.text)).toMatchObject({ filename: 'Übersetzung 🎮.xlsx' });
  });

  it('reaches a service without keys under a name in auth.allowed_hosts', async () => {
    const named = { headers: { host: 'persistence.example.org' } };
    const strict = await aProxy(portOf((await aService({})).url));
    const refused = await strict.ask(`${BASE}/sessions`, named);
    expect([refused.status, JSON.parse(refused.text)]).toEqual([
      421,
      expect.objectContaining({ error_code: 'HOST_NOT_ALLOWED' }),
    ]);
    const open = await aProxy(portOf((await aService(NAMED)).url));
    expect((await open.ask(`${BASE}/sessions`, named)).status).toBe(200);
    expect((await open.ask(`${BASE}/sessions/%2E%2E/tasks`, named)).status).toBe(404);
  });

  it('accepts a body of the limit of the service', async () => {
    const service = await aService({});
    const proxy = await aProxy(portOf(service.url));
    const metadata = { note: 'x'.repeat(1_000_000) };
    const sessions = Array.from({ length: 32 }, (_, index) => ({
      ...aSession(`large-${index}`, 'a.xlsx'),
      metadata,
    }));
    const body = JSON.stringify({ sessions });
    const sending = { method: 'POST', headers: JSON_TYPE, body };
    expect((await proxy.ask(`${BASE}/sessions/batch`, sending)).status).toBe(200);
  });

  it('refuses a larger body in the form of the service, without asking it', async () => {
    let asked = 0;
    const proxy = await aProxy(
      await anUpstream((_request, response) => {
        asked += 1;
        response.end();
      }),
    );
    const headers = { ...JSON_TYPE, 'content-length': String(32 * 1024 ** 2 + 1) };
    const { status, headers: answered, text } = await proxy.ask('/x', { method: 'POST', headers });
    expect([status, answered['content-type']]).toEqual([413, 'application/problem+json']);
    const problem = JSON.parse(text) as Record<string, unknown>;
    expect(problem).toMatchObject({ status: 413, error_code: 'PAYLOAD_TOO_LARGE' });
    expect(problem.request_id).toBe(answered['x-request-id']);
    expect(asked).toBe(0);
  });

  it('speaks HTTP/2, and redirects clients without TLS', async () => {
    const service = await aService(NAMED);
    const proxy = await aProxy(portOf(service.url));
    const plain = await fetch(`${proxy.plainUrl}/health?x=1`, { redirect: 'manual' });
    expect(plain.status).toBe(308);
    expect(plain.headers.get('location')).toBe('https://127.0.0.1/health?x=1');
    const client = connect(`https://127.0.0.1:${proxy.tlsPort}`, {
      ca: proxy.certificate,
      servername: 'persistence.example.org',
    });
    onTestFinished(() => client.destroy());
    const stream = client.request({ ':path': '/health/live' });
    const status = await new Promise((resolve, reject) => {
      stream.once('response', (headers) => resolve(headers[':status']));
      stream.once('error', reject);
    });
    expect(status).toBe(200);
  });

  it('answers 503 with Retry-After while the service is down, and recovers when it is back', async () => {
    const service = await aService({});
    const port = portOf(service.url);
    const proxy = await aProxy(port);
    expect((await proxy.ask('/health')).status).toBe(200);
    await service.stop();
    const { status, headers, text } = await proxy.ask('/health');
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(JSON.parse(text)).toMatchObject({ status: 503, error_code: 'HTTP_503' });
    await aService({ SERVICE_PORT: String(port) }, 'spawn');
    await expect
      .poll(async () => (await proxy.ask('/health')).status, { timeout: 30_000 })
      .toBe(200);
  });

  it('serves metrics only to this machine', async () => {
    const service = await aService({});
    const proxy = await aProxy(portOf(service.url));
    const path = '/api/v1/system/metrics';
    expect((await proxy.ask(path)).text).toContain('buffer_capacity_records');
    expect((await proxy.ask(path, { localAddress: '127.0.0.2' })).status).toBe(403);
    expect((await proxy.ask('/health', { localAddress: '127.0.0.2' })).status).toBe(200);
  });

  it('passes on the real client address, whatever the client claims, and reuses one connection', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const connections = new Set<unknown>();
    const upstream = await anUpstream((request, response) => {
      seen.push(request.headers);
      connections.add(request.socket);
      response.end();
    });
    const proxy = await aProxy(upstream);
    const claims = { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'not well formed' };
    for (let round = 0; round < 5; round += 1) await proxy.ask('/', { headers: claims });
    expect(seen).toHaveLength(5);
    expect(connections.size).toBe(1);
    for (const headers of seen) {
      expect(headers['x-forwarded-for']).toBe('127.0.0.1');
      expect(headers['x-forwarded-proto']).toBe('https');
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  it('refuses an address with too many requests in flight', async () => {
    const held: ServerResponse[] = [];
    const proxy = await aProxy(await anUpstream((_request, response) => held.push(response)));
    const answers = Array.from({ length: 201 }, () => proxy.ask('/'));
    const first = await Promise.race(answers);
    expect([first.status, first.headers['retry-after']]).toEqual([429, '1']);
    expect(JSON.parse(first.text)).toMatchObject({ status: 429, error_code: 'RATE_LIMITED' });
    await expect.poll(() => held.length, { timeout: 30_000 }).toBe(200);
    for (const response of held) response.end();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(200);
  });
});
