import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { anApiKey } from '../support/http/api-keys.js';
import { anHttpApp } from '../support/http/http-app.js';

const PAGE = '<!doctype html><title>console</title>';
const SCRIPT = `console.log('${'a console '.repeat(50)}');`;

function aBuiltConsole(): string {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'assets', 'index-1a2b.js'), SCRIPT);
  writeFileSync(join(folder, 'assets', 'index-1a2b.js.gz'), gzipSync(SCRIPT));
  return folder;
}

/** The console is no part of the API, so its answers are not in the OpenAPI document. */
function aConsole(http: Parameters<typeof anHttpApp>[1] = {}) {
  const { app } = anHttpApp({}, { consoleFolder: aBuiltConsole(), ...http });
  return (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
}

describe('the console', () => {
  it.each(['/', '/console'])('is where %s leads', async (path) => {
    const response = await aConsole()(path);
    expect([response.status, response.headers.get('location')]).toEqual([302, '/console/']);
  });

  it.each(['/console/', '/console/sessions', '/console/sessions/a%2Fb.xlsx?text=x'])(
    'answers %s with its page, which the browser asks for each time',
    async (path) => {
      const response = await aConsole()(path);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(PAGE);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('permits nothing from another host, and no inline script', async () => {
    const policy = (await aConsole()('/console/')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|data:|https?:/);
  });

  it('serves a hashed file for good, compressed if the browser can read it', async () => {
    const get = aConsole();
    const path = '/console/assets/index-1a2b.js';
    const small = await get(path, { 'accept-encoding': 'br, gzip;q=0.8' });
    expect(small.headers.get('content-encoding')).toBe('gzip');
    expect(small.headers.get('vary')).toBe('accept-encoding');
    expect(small.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(small.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(gunzipSync(await small.arrayBuffer()).toString()).toBe(SCRIPT);
    for (const accepted of ['', 'gzip;q=0', 'br']) {
      const plain = await get(path, accepted === '' ? {} : { 'accept-encoding': accepted });
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(await plain.text()).toBe(SCRIPT);
    }
  });

  it.each([
    '/console/assets/index-9z9z.js',
    '/console/assets/index-1a2b.js.gz',
    '/console/assets/..%2f..%2fpackage.json',
  ])('has no file %s', async (path) => {
    const response = await aConsole()(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error_code: 'HTTP_404' });
  });

  it('is public where keys are set, because a browser sends no key with a script', async () => {
    const apiKeys = [anApiKey('operator', 'admin').key];
    const get = aConsole({ access: { apiKeys, publicDocs: false, publicMetrics: false } });
    expect((await get('/console/')).status).toBe(200);
    expect((await get('/console/assets/index-1a2b.js')).status).toBe(200);
    expect((await get('/api/v1/translation/stats')).status).toBe(401);
  });

  it('says that it is not built where it is not', async () => {
    const app = anHttpApp({}, { consoleFolder: join(tmpdir(), 'no-such-folder') });
    const problem = await app.problem(await app.app.request('/console/'));
    expect(problem).toMatchObject({ status: 404, error_code: 'HTTP_404' });
    expect(problem.detail).toContain('npm run build');
  });
});

describe('the health of the service', () => {
  it('tells a key its scopes, so that a page offers only what is permitted', async () => {
    const both = anApiKey('both', 'read', 'write');
    const app = anHttpApp({}, { access: { apiKeys: [both.key] } });
    const scopesFor = async (headers: Record<string, string>) =>
      (await app.ok<{ scopes?: string[] }>(await app.request('GET', '/health', { headers })))
        .scopes;
    expect(await scopesFor({ authorization: `Bearer ${both.token}` })).toEqual(['read', 'write']);
    expect(await scopesFor({ authorization: 'Bearer unknown' })).toBeUndefined();
    expect(await scopesFor({})).toBeUndefined();
  });
});
