import { describe, expect, it } from 'vitest';
import { anApiKey, bearer } from '../../support/http/api-keys.js';
import { anHttpApp, aSession, BASE, type HttpTestApp } from '../../support/http/http-app.js';
import { sendRaw, served } from '../../support/http/served-app.js';

const LOOPBACK = [
  'localhost',
  'localhost:8001',
  'LOCALHOST:3000',
  '127.0.0.1',
  '127.0.0.1:8001',
  '127.255.255.254:1',
  '[::1]',
  '[::1]:8001',
];
const FOREIGN = [
  'evil.example',
  'evil.example:8001',
  'localhost.evil.example',
  'evil-localhost',
  'notlocalhost:8001',
  '127.0.0.1.evil.example',
  '127.0.0.256',
  '128.0.0.1',
  '0.0.0.0:8001',
  '192.0.2.1:8001',
  '[::]',
  '[::2]:8001',
  '[2001:db8::1]:8001',
  'persistence-service:8001',
];
/** A GET for each kind of access. */
const PATHS = [
  `${BASE}/sessions`,
  `${BASE}/tasks/none`,
  '/health',
  '/health/live',
  '/health/ready',
  '/api/v1/system/metrics',
  '/docs',
  '/docs/swagger-ui.css',
  '/redoc',
  '/openapi.json',
  '/nowhere',
];
const { key, token } = anApiKey('operator', 'admin');
const to = (host: string) => ({ headers: { host } });

describe('without keys', () => {
  it.each(LOOPBACK)('the loopback host %s is served', async (host) => {
    const app = anHttpApp();
    for (const path of PATHS)
      expect((await app.request('GET', path, to(host))).status).not.toBe(421);
  });

  it.each(FOREIGN)('the host %s is refused for every kind of access', async (host) => {
    const app = anHttpApp();
    for (const path of PATHS) {
      const problem = await app.problem(await app.request('GET', path, to(host)));
      expect(problem).toMatchObject({ status: 421, error_code: 'HOST_NOT_ALLOWED' });
    }
  });

  it.each([
    ['POST', 'sessions/batch'],
    ['POST', 'flush'],
    ['DELETE', 'sessions/s-1'],
    ['PUT', 'sessions'],
    ['OPTIONS', 'sessions'],
  ])('nothing is done for another host: %s %s', async (method, path) => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    const response = await app.request(method, path, to('evil.example'));
    expect(await app.problem(response)).toMatchObject({ status: 421 });
    expect((await app.get('sessions/s-1')).status).toBe(200);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1 });
  });

  it('a preflight request of a browser is refused', async () => {
    const origin = 'https://dashboard.example';
    const app = anHttpApp({}, { corsOrigins: [origin] });
    const headers = { origin, host: 'evil.example', 'access-control-request-method': 'POST' };
    expect((await app.request('OPTIONS', 'flush', { headers })).status).toBe(421);
  });

  it('the answer names the host and the setting', async () => {
    const response = await anHttpApp().request('GET', 'sessions', to('Tale.Example:8001'));
    expect((await anHttpApp().problem(response)).detail).toBe(
      'There are no API keys, so only loopback names and the hosts of auth.allowed_hosts are served; found "tale.example".',
    );
  });

  it.each([
    ['tale.example', 'tale.example'],
    ['tale.example', 'tale.example:8443'],
    ['tale.example', 'TALE.example'],
    ['Tale.Example', 'tale.example'],
    ['192.0.2.1', '192.0.2.1:8001'],
    ['[2001:DB8::1]', '[2001:db8::1]:8001'],
  ])('a host that auth.allowed_hosts lists as %s is served as %s', async (listed, host) => {
    const app = anHttpApp({}, { access: { allowedHosts: [listed] } });
    expect((await app.request('GET', 'sessions', to(host))).status).toBe(200);
    expect((await app.request('GET', 'sessions', to('localhost'))).status).toBe(200);
    expect((await app.request('GET', 'sessions', to(`x${host}`))).status).toBe(421);
  });

  it('a page of an allowed host may change things, and no other', async () => {
    const app = anHttpApp({}, { access: { allowedHosts: ['tale.example'] } });
    const page = (origin: string) => ({ headers: { host: 'tale.example', origin } });
    expect((await app.request('POST', 'flush', page('https://tale.example'))).status).toBe(200);
    expect((await app.request('POST', 'flush', page('https://evil.example'))).status).toBe(403);
  });
});

describe('with keys', () => {
  it.each(FOREIGN)('the host %s is served', async (host) => {
    const app = anHttpApp({}, { access: { apiKeys: [key] } });
    const headers = { ...bearer(token).headers, host };
    expect((await app.request('GET', 'sessions', { headers })).status).toBe(200);
    expect((await app.request('GET', '/health', to(host))).status).toBe(200);
  });
});

describe('over a connection, without keys', () => {
  const status = async (app: HttpTestApp, target: string, host: string) => {
    const { port } = await served(app);
    const head = `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
    return (await sendRaw(port, head)).status;
  };

  it('the Host header decides', async () => {
    expect(await status(anHttpApp(), `${BASE}/sessions`, 'evil.example')).toBe(421);
    expect(await status(anHttpApp(), `${BASE}/sessions`, 'localhost:8001')).toBe(200);
  });

  it('an absolute URL does not bypass the check', async () => {
    const target = `http://evil.example${BASE}/sessions`;
    expect(await status(anHttpApp(), target, 'evil.example')).toBe(421);
    expect(await status(anHttpApp(), target, 'localhost')).toBe(400);
  });

  it('a refused host is in the log and in the metrics', async () => {
    const app = anHttpApp();
    await status(app, `${BASE}/sessions`, 'evil.example');
    const [line] = app.logger.lines.filter(({ message }) => message === 'request');
    expect(line?.fields).toMatchObject({ route: 'unknown', status: 421 });
    const metrics = await (await app.get('/api/v1/system/metrics')).text();
    expect(metrics).toContain('endpoint="unknown",method="GET",status="421"} 1');
  });
});
