import { describe, expect, it } from 'vitest';
import { anApiKey, bearer } from '../../support/http/api-keys.js';
import { anHttpApp, BASE } from '../../support/http/http-app.js';

const reader = anApiKey('reader', 'read');
const writer = anApiKey('writer', 'write');
const admin = anApiKey('admin', 'admin');
const both = anApiKey('both', 'read', 'write');
const apiKeys = [reader, writer, admin, both].map(({ key }) => key);

/** Each route that needs a scope; every other route is in the list below. */
const GUARDED = [
  ['write', 'POST', `${BASE}/sessions/batch`],
  ['write', 'POST', `${BASE}/tasks/batch`],
  ['write', 'POST', `${BASE}/flush`],
  ['read', 'GET', `${BASE}/sessions`],
  ['read', 'GET', `${BASE}/sessions/{id}`],
  ['read', 'GET', `${BASE}/sessions/{id}/tasks`],
  ['read', 'GET', `${BASE}/tasks`],
  ['read', 'GET', `${BASE}/tasks/{id}`],
  ['read', 'GET', `${BASE}/sessions/{id}/progress`],
  ['read', 'GET', `${BASE}/failures`],
  ['write', 'POST', `${BASE}/sessions/{id}/retry`],
  ['read', 'GET', `${BASE}/recovery/incomplete-sessions`],
  ['read', 'POST', `${BASE}/recovery/restore/{id}`],
  ['read', 'GET', `${BASE}/stats`],
  ['read', 'GET', `${BASE}/quarantine`],
  ['admin', 'DELETE', `${BASE}/sessions/{id}`],
  ['admin', 'POST', `${BASE}/sessions/cleanup`],
  ['admin', 'POST', `${BASE}/quarantine/requeue`],
  ['admin', 'DELETE', `${BASE}/quarantine/{id}`],
] as const;
const PROBES = ['/health', '/health/live', '/health/ready'];
const METRICS = ['/api/v1/system/metrics'];
const DOCS = ['/docs', '/redoc', '/openapi.json'];
const ASSETS = ['/docs/initializer.js', '/docs/swagger-ui.css', '/redoc/initializer.js'];

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly securitySchemes: Record<string, object> };
}
interface Operation {
  readonly security: readonly Record<string, readonly string[]>[];
  readonly responses: Record<string, { readonly headers: object }>;
}

const aGuardedApp = (access: { publicMetrics?: boolean; publicDocs?: boolean } = {}) =>
  anHttpApp({}, { access: { apiKeys, ...access } });
const urlOf = (path: string) => path.replace('{id}', 'none');
/** Authorized: the route itself answers, even if only with a missing record or body. */
const passed = (status: number) => status !== 401 && status !== 403 && status < 500;

describe.each(GUARDED)('with scope %s: %s %s', (scope, method, path) => {
  it('refuses a request without a key', async () => {
    const app = aGuardedApp();
    const response = await app.request(method, urlOf(path));
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="persistence-service"');
    expect(await app.problem(response)).toMatchObject({ status: 401, error_code: 'UNAUTHORIZED' });
  });

  it('refuses an unknown key and does not repeat it', async () => {
    const app = aGuardedApp();
    const response = await app.request(method, urlOf(path), bearer('psk_guessed'));
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    const problem = await app.problem(response);
    expect(problem).toMatchObject({ status: 401, error_code: 'UNAUTHORIZED' });
    expect(JSON.stringify([problem, app.logger.lines])).not.toContain('guessed');
  });

  it.each([
    ['reader', reader, scope === 'read'],
    ['writer', writer, scope === 'write'],
    ['reader and writer', both, scope !== 'admin'],
    ['admin', admin, true],
  ])('and a key of a %s', async (_, { token, key }, mayPass) => {
    const app = aGuardedApp();
    const response = await app.request(method, urlOf(path), bearer(token));
    expect(passed(response.status)).toBe(mayPass);
    if (mayPass) return;
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="persistence-service", error="insufficient_scope", scope="${scope}"`,
    );
    const detail = `This needs the scope ${scope}; the key "${key.name}" has ${key.scopes.join(', ')}.`;
    expect(await app.problem(response)).toMatchObject({
      status: 403,
      error_code: 'FORBIDDEN',
      detail,
    });
  });

  it('is open when no keys are configured', async () => {
    const response = await anHttpApp().request(method, urlOf(path), bearer('whatever'));
    expect(passed(response.status)).toBe(true);
  });

  it('is documented accordingly', async () => {
    const app = aGuardedApp();
    const document = await app.ok<Document>(await app.get('/openapi.json'));
    const operation = document.paths[path]?.[method.toLowerCase()];
    expect(operation?.security).toEqual([{ apiKey: [scope] }]);
    for (const status of ['401', '403', '413', '429']) {
      expect(operation?.responses).toHaveProperty(status);
    }
    expect(JSON.stringify(operation?.responses['401'])).toContain('WWW-Authenticate');
    expect(JSON.stringify(operation?.responses['429'])).toContain('Retry-After');
  });
});

describe('without a key', () => {
  it.each([...PROBES, ...METRICS, ...DOCS, ...ASSETS])('%s is open', async (path) => {
    const app = aGuardedApp();
    expect((await app.get(path)).status).toBe(200);
    expect((await app.request('GET', path, bearer('wrong'))).status).toBe(200);
  });

  it.each(METRICS)('%s is closed when auth.public_metrics is false', async (path) => {
    const app = aGuardedApp({ publicMetrics: false });
    expect((await app.get(path)).status).toBe(401);
    expect((await app.request('GET', path, bearer(writer.token))).status).toBe(403);
    expect((await app.request('GET', path, bearer(reader.token))).status).toBe(200);
  });

  it.each([...DOCS, ...ASSETS])('%s is closed when auth.public_docs is false', async (path) => {
    const app = aGuardedApp({ publicDocs: false });
    expect((await app.get(path)).status).toBe(401);
    expect((await app.request('GET', path, bearer(reader.token))).status).toBe(200);
  });

  it.each(PROBES)('%s stays open with every setting', async (path) => {
    const app = aGuardedApp({ publicMetrics: false, publicDocs: false });
    expect((await app.get(path)).status).toBe(200);
  });

  it('refuses a HEAD request like a GET', async () => {
    expect((await aGuardedApp().request('HEAD', 'sessions')).status).toBe(401);
  });

  it('answers an unknown path or method as such', async () => {
    const app = aGuardedApp();
    expect((await app.get('/nowhere')).status).toBe(404);
    expect((await app.request('PUT', 'tasks')).status).toBe(405);
  });

  it('a refused write leaves no trace', async () => {
    const app = aGuardedApp();
    await app.post('tasks/batch', { tasks: [{}] });
    expect(app.buffer.snapshot()).toMatchObject({ accepted: 0, pending: 0 });
  });
});

describe('every route', () => {
  it('is in one of the lists above', async () => {
    const app = aGuardedApp();
    const { paths } = await app.ok<Document>(await app.get('/openapi.json'));
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const listed = [
      ...GUARDED.map(([, method, path]) => `${method} ${path}`),
      ...[...PROBES, ...METRICS, ...DOCS].map((path) => `GET ${path}`),
    ];
    expect(documented.sort()).toEqual(listed.sort());
  });

  it('that needs no key is documented so, according to its settings', async () => {
    const app = aGuardedApp();
    const { paths, components } = await app.ok<Document>(await app.get('/openapi.json'));
    for (const path of PROBES) expect(paths[path]?.get?.security).toEqual([]);
    for (const path of [...METRICS, ...DOCS]) {
      expect(paths[path]?.get?.security).toEqual([{}, { apiKey: ['read'] }]);
    }
    expect(components.securitySchemes.apiKey).toMatchObject({ type: 'http', scheme: 'bearer' });
  });
});

describe('the Authorization header', () => {
  it.each([
    ['the scheme in any case', `bEARER ${reader.token}`],
    ['more spaces', `Bearer   ${reader.token}`],
  ])('is accepted with %s', async (_, authorization) => {
    const response = await aGuardedApp().request('GET', 'stats', { headers: { authorization } });
    expect(response.status).toBe(200);
  });

  it.each([
    ['nothing after the scheme', 'Bearer'],
    ['the key alone', reader.token],
    ['another scheme', `Basic ${Buffer.from(`reader:${reader.token}`).toString('base64')}`],
    ['two keys', `Bearer ${reader.token} ${admin.token}`],
    ['two headers', `Bearer ${reader.token}, Bearer ${reader.token}`],
    ['characters that are invalid in a key', `Bearer ${reader.token}\u00e9`],
    ['a key of 10,000 characters', `Bearer ${'a'.repeat(10_000)}`],
  ])('is refused with %s', async (_, authorization) => {
    const app = aGuardedApp();
    const response = await app.request('GET', 'stats', { headers: { authorization } });
    const problem = await app.problem(response);
    expect(problem).toMatchObject({ status: 401, error_code: 'UNAUTHORIZED' });
    expect(problem.detail).toBe('The Authorization header does not have the form `Bearer <key>`.');
  });

  it('is not accepted with the hash of the key', async () => {
    const response = await aGuardedApp().request('GET', 'stats', bearer(reader.key.sha256));
    expect(response.status).toBe(401);
  });

  it.each([
    ['a request that passes', 'GET', 200],
    ['one that is forbidden', 'DELETE', 403],
  ])('of %s puts the name of the key in the log, and never the key', async (_, method, status) => {
    const app = aGuardedApp();
    const path = method === 'GET' ? 'sessions' : 'sessions/s-1';
    expect((await app.request(method, path, bearer(reader.token))).status).toBe(status);
    expect(app.logger.lines.at(-1)?.fields).toMatchObject({ key: 'reader', status });
    expect(JSON.stringify(app.logger.lines)).not.toContain(reader.token);
    expect(JSON.stringify(app.logger.lines)).not.toContain(reader.key.sha256);
  });

  it('that is missing or wrong leaves no name in the log', async () => {
    const app = aGuardedApp();
    await app.get('sessions');
    await app.request('GET', 'sessions', bearer('wrong'));
    for (const { fields } of app.logger.lines) expect(fields).not.toHaveProperty('key');
  });
});

describe('a browser of a configured origin', () => {
  const corsOrigins = ['https://example.org'];
  const origin = 'https://example.org';

  it('may send a preflight request without a key', async () => {
    const app = anHttpApp({}, { corsOrigins, access: { apiKeys } });
    const response = await app.request('OPTIONS', 'stats', {
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization');
  });

  it('can read why it was refused', async () => {
    const app = anHttpApp({}, { corsOrigins, access: { apiKeys } });
    const response = await app.request('GET', 'stats', { headers: { origin } });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
  });
});

describe('a page of another site, without keys', () => {
  const from = (origin: string, host = 'localhost:8001') => ({ headers: { origin, host } });
  const changing = GUARDED.filter(([, method]) => method !== 'GET');

  it.each(changing)('may not, with scope %s: %s %s', async (_, method, path) => {
    const app = anHttpApp();
    const response = await app.request(method, urlOf(path), from('https://evil.example'));
    const problem = await app.problem(response);
    expect(problem).toMatchObject({ status: 403, error_code: 'FORBIDDEN' });
    expect(problem.detail).toBe(
      'The page "https://evil.example" may not do this; service.cors_origins lists the permitted origins.',
    );
  });

  it.each([
    ['a page without an origin', 'null'],
    ['another port', 'http://localhost:3000'],
    ['a name with the same beginning', 'http://localhost:8001.evil.example'],
    ['an invalid origin', 'localhost:8001'],
  ])('may not from %s', async (_, origin) => {
    expect((await anHttpApp().request('POST', 'flush', from(origin))).status).toBe(403);
  });

  it('may not read an answer, but is not refused one', async () => {
    const response = await anHttpApp().request('GET', 'stats', from('https://evil.example'));
    expect(response.status).toBe(200);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });

  it.each([
    ['the service itself', 'http://localhost:8001', 'localhost:8001'],
    ['the service under a name with capitals', 'http://persistence.test', 'Persistence.Test'],
    ['the service behind a proxy that terminates TLS', 'https://a.example', 'a.example'],
    ['a proxy that omits the port', 'https://a.example:8443', 'a.example'],
  ])('is not detected in %s', async (_, origin, host) => {
    const allowedHosts = ['persistence.test', 'a.example'];
    const app = anHttpApp({}, { access: { allowedHosts } });
    expect((await app.request('POST', 'flush', from(origin, host))).status).toBe(200);
  });

  it.each([['https://dashboard.example'], ['*']])(
    'may when cors_origins lists it: %s',
    async (listed) => {
      const app = anHttpApp({}, { corsOrigins: [listed] });
      const response = await app.request('POST', 'flush', from('https://dashboard.example'));
      expect(response.status).toBe(200);
    },
  );

  it('is not assumed for a program without an origin', async () => {
    const init = { headers: { host: 'localhost:8001' } };
    expect((await anHttpApp().request('POST', 'flush', init)).status).toBe(200);
  });
});

describe('a page of another site that has a key', () => {
  it('may do what the key permits', async () => {
    const headers = { ...bearer(writer.token).headers, origin: 'https://other.example' };
    expect((await aGuardedApp().request('POST', 'flush', { headers })).status).toBe(200);
  });
});
