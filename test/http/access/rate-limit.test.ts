import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anApiKey, bearer } from '../../support/http/api-keys.js';
import { anHttpApp } from '../../support/http/http-app.js';
import { sendRaw, served } from '../../support/http/served-app.js';

const LIMIT = 3;
const first = anApiKey('first', 'read');
const second = anApiKey('second', 'read');

// The rate-limit library accepts no injected clock.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const anApp = (rateLimit = LIMIT, apiKeys = [first.key, second.key]) =>
  anHttpApp({}, { access: { apiKeys, rateLimit } });

/** The statuses of consecutive requests of one client. */
async function statuses(count: number, send: () => Promise<Response>) {
  const found: number[] = [];
  for (let sent = 0; sent < count; sent += 1) found.push((await send()).status);
  return found;
}

describe('the limit of requests per second', () => {
  it('is off by default', async () => {
    const app = anHttpApp();
    expect(new Set(await statuses(200, () => app.get('stats')))).toEqual(new Set([200]));
  });

  it('accepts that many, refuses the next, and says when to retry', async () => {
    const app = anApp(LIMIT, []);
    expect(await statuses(LIMIT, () => app.get('stats'))).toEqual([200, 200, 200]);
    const refused = await app.get('stats');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await app.problem(refused)).toMatchObject({
      status: 429,
      error_code: 'RATE_LIMITED',
      detail: 'Send at most 3 requests per second (service.rate_limit).',
    });
    vi.advanceTimersByTime(999);
    expect((await app.get('stats')).status).toBe(429);
    vi.advanceTimersByTime(1);
    expect(await statuses(LIMIT + 1, () => app.get('stats'))).toEqual([200, 200, 200, 429]);
  });

  it('uses the singular for a limit of one', async () => {
    const app = anApp(1, []);
    await app.get('stats');
    const { detail } = await app.problem(await app.get('stats'));
    expect(detail).toBe('Send at most 1 request per second (service.rate_limit).');
  });

  it('counts each key separately, from any address', async () => {
    const app = anApp();
    const send = (token: string, address: string) =>
      app.request('GET', 'stats', bearer(token), address);
    await statuses(LIMIT, () => send(first.token, '192.0.2.1'));
    expect((await send(first.token, '192.0.2.2')).status).toBe(429);
    expect((await send(second.token, '192.0.2.1')).status).toBe(200);
  });

  it.each([
    ['192.0.2.1', '192.0.2.2', false],
    ['192.0.2.1', '::ffff:192.0.2.1', true],
    ['2001:db8::1', '2001:db8::ffff:0:2', true],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['::1', '::2', true],
    ['fe80:1:2:3:4:5:6:7', 'fe80:1:2:3::', true],
  ])('counts %s and %s together: %s', async (one, other, together) => {
    const app = anApp(LIMIT, []);
    const send = (address: string) => app.request('GET', 'stats', {}, address);
    await statuses(LIMIT, () => send(one));
    expect((await send(other)).status).toBe(together ? 429 : 200);
  });

  it('counts guessed keys for their address', async () => {
    const app = anApp();
    let guess = 0;
    const send = () => {
      guess += 1;
      return app.request('GET', 'stats', bearer(`guess-${guess}`));
    };
    expect(await statuses(LIMIT + 1, send)).toEqual([401, 401, 401, 429]);
  });

  it('counts unknown paths, and leaves the rules of other routes unchanged', async () => {
    const app = anApp();
    expect(await statuses(LIMIT + 1, () => app.get('/nowhere'))).toEqual([404, 404, 404, 429]);
    expect((await app.get('/docs')).status).toBe(429);
    expect((await app.get('/api/v1/system/metrics')).status).toBe(429);
  });

  it.each([
    ['a body that is too large', 413, { 'content-length': String(1024 ** 3) }, '{}'],
    ['a body of another type', 415, { 'content-type': 'text/plain' }, 'x'],
    ['a body that is not JSON', 400, { 'content-type': 'application/json' }, '{'],
  ])('counts %s', async (_, status, headers, body) => {
    const app = anApp(LIMIT, []);
    const init = { headers, body };
    const send = () => app.request('POST', 'tasks/batch', init, '192.0.2.1');
    expect(await statuses(LIMIT + 1, send)).toEqual([status, status, status, 429]);
    expect((await app.request('GET', 'stats', {}, '192.0.2.1')).status).toBe(429);
  });

  it('still closes the connection for a body that is too large', async () => {
    const app = anApp(1, []);
    const init = { headers: { 'content-length': String(1024 ** 3) }, body: '{}' };
    await app.request('POST', 'tasks/batch', init);
    const limited = await app.request('POST', 'tasks/batch', init);
    expect([limited.status, limited.headers.get('connection')]).toEqual([429, 'close']);
  });

  it('counts requests that are refused for their head', async () => {
    const app = anApp(LIMIT, []);
    const { port } = await served(app);
    vi.useRealTimers();
    const twoHosts = 'GET /health HTTP/1.1\r\nhost: localhost\r\nhost: x\r\n\r\n';
    const send = async () => (await sendRaw(port, twoHosts)) as unknown as Response;
    expect(await statuses(LIMIT + 1, send)).toEqual([400, 400, 400, 429]);
  });

  it('counts requests for hosts that are not served', async () => {
    const app = anApp(LIMIT, []);
    const send = () => app.request('GET', 'stats', { headers: { host: 'evil.example' } });
    expect(await statuses(LIMIT + 1, send)).toEqual([421, 421, 421, 429]);
  });

  it.each(['/health', '/health/live', '/health/ready'])('never refuses %s', async (path) => {
    const app = anApp(1);
    expect(new Set(await statuses(5, () => app.get(path)))).toEqual(new Set([200]));
  });
});
