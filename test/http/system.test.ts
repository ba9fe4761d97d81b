import { describe, expect, it } from 'vitest';
import { settle } from '../support/application/fake-clock.js';
import { anApiKey, bearer } from '../support/http/api-keys.js';
import { anHttpApp, aTask } from '../support/http/http-app.js';

describe('health', () => {
  it('shows the state of the buffer', async () => {
    const app = anHttpApp();
    expect(await app.ok(await app.get('/health'))).toEqual({
      status: 'healthy',
      database: 'healthy',
      buffer: {
        sessions_count: 0,
        tasks_count: 0,
        total_count: 0,
        capacity: 200_000,
        usage_percent: 0,
        last_flush_time: null,
        oldest_pending_seconds: 0,
        accepted: 0,
        stored: 0,
        coalesced: 0,
        pending: 0,
        quarantined: 0,
        in_quarantine: 0,
      },
      version: '1.0.0',
      problems: [],
      access: 'open',
    });
  });

  it('reports open access to everyone, and access by key only to administrators', async () => {
    const [admin, reader] = [anApiKey('operator', 'admin'), anApiKey('reader', 'read')];
    const app = anHttpApp({}, { access: { apiKeys: [admin.key, reader.key] } });
    const accessFor = async (init: RequestInit) =>
      (await app.ok<{ access?: string }>(await app.request('GET', '/health', init))).access;
    expect(await accessFor({})).toBeUndefined();
    expect(await accessFor(bearer(reader.token))).toBeUndefined();
    expect(await accessFor(bearer(admin.token))).toBe('keys');
  });

  it('is 503 if the store is down, while the service is live and ready', async () => {
    const app = anHttpApp();
    app.taskStore.down = true;
    const response = await app.get('/health');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'unhealthy', database: 'unhealthy' });
    expect((await app.get('/health/live')).status).toBe(200);
    expect((await app.get('/health/ready')).status).toBe(200);
  });

  it('is live and no longer ready during shutdown', async () => {
    const app = anHttpApp();
    app.checkHealth.stop();
    expect((await app.get('/health/ready')).status).toBe(503);
    expect((await app.get('/health/live')).status).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/health/live', '/nowhere', '/api/v1/translation/tasks?page=0'])(
    'carries a request id: %s',
    async (path) => {
      const app = anHttpApp();
      expect((await app.get(path)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      const own = await app.request('GET', path, { headers: { 'x-request-id': 'job-7.cell:3' } });
      expect(own.headers.get('x-request-id')).toBe('job-7.cell:3');
      const bad = await app.request('GET', path, { headers: { 'x-request-id': 'a b<script>' } });
      expect(bad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('is a log line, without the texts that were sent', async () => {
    const app = anHttpApp();
    await app.post('tasks/batch', { tasks: [aTask('t-1', { source_text: 'SECRET' })] });
    await app.get('tasks/t-1');
    const lines = app.logger.lines.filter(({ message }) => message === 'request');
    expect(lines.map(({ fields }) => fields)).toMatchObject([
      { method: 'POST', route: '/api/v1/translation/tasks/batch', status: 200 },
      { method: 'GET', route: '/api/v1/translation/tasks/{id}', status: 200 },
    ]);
    expect(JSON.stringify(lines)).not.toContain('SECRET');
  });

  it('for an internal error has no details, and the log has them all', async () => {
    const app = anHttpApp();
    app.queryRecords.find = () => Promise.reject(new Error('secret detail'));
    const response = await app.get('tasks/t-1');
    const problem = await app.problem(response);
    expect(problem).toMatchObject({ status: 500, error_code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(problem)).not.toContain('secret');
    const line = app.logger.lines.find(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({
      request_id: problem.request_id,
      err: { message: 'secret detail' },
    });
  });
});

describe('browsers', () => {
  const from = (origin: string) => ({ headers: { origin } });

  it('does not permit other origins by default', async () => {
    const app = anHttpApp();
    const response = await app.request('GET', '/health', from('https://example.org'));
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('permits a configured origin', async () => {
    const app = anHttpApp({}, { corsOrigins: ['https://example.org'] });
    const allowed = await app.request('GET', '/health', from('https://example.org'));
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://example.org');
    const other = await app.request('GET', '/health', from('https://evil.example'));
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the metrics', () => {
  it('are in the format of Prometheus and count requests and records', async () => {
    const app = anHttpApp();
    await app.post('tasks/batch', { tasks: [aTask()] });
    const response = await app.get('/api/v1/system/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toContain(
      'api_requests_total{endpoint="/api/v1/translation/tasks/batch",method="POST",status="200"} 1',
    );
    expect(text).toContain('buffer_size{type="tasks"} 1');
    expect(text).toContain('buffer_accepted_records_total 1');
  });

  it('are sent after two seconds if a store hangs', async () => {
    const app = anHttpApp();
    const hanging = () => new Promise<never>(() => undefined);
    app.taskStore.quarantine.count = hanging;
    app.taskStore.healthCheck = hanging;
    const answer = app.get('/api/v1/system/metrics');
    await settle();
    await app.clock.advance(2000);
    const text = await (await answer).text();
    expect(text).toContain('buffer_quarantined_records 0');
    expect(text).toContain('storage_up{backend="memory"} 0');
  });
});

describe('the documentation', () => {
  const routes = [
    'post /api/v1/translation/sessions/batch',
    'post /api/v1/translation/tasks/batch',
    'post /api/v1/translation/flush',
    'get /api/v1/translation/sessions',
    'get /api/v1/translation/sessions/{id}',
    'get /api/v1/translation/sessions/{id}/tasks',
    'get /api/v1/translation/sessions/{id}/progress',
    'post /api/v1/translation/sessions/{id}/retry',
    'get /api/v1/translation/failures',
    'get /api/v1/translation/sessions/{id}/export',
    'get /api/v1/translation/tasks',
    'get /api/v1/translation/tasks/{id}',
    'get /api/v1/translation/recovery/incomplete-sessions',
    'post /api/v1/translation/recovery/restore/{id}',
    'delete /api/v1/translation/sessions/{id}',
    'post /api/v1/translation/sessions/cleanup',
    'get /api/v1/translation/stats',
    'get /api/v1/translation/quarantine',
    'post /api/v1/translation/quarantine/requeue',
    'delete /api/v1/translation/quarantine/{id}',
    'get /health',
    'get /health/live',
    'get /health/ready',
    'get /api/v1/system/metrics',
    'get /docs',
    'get /redoc',
    'get /openapi.json',
  ];

  it('describes every route, with its own camelCase operation id', async () => {
    const app = anHttpApp();
    const document = await app.ok<{
      paths: Record<string, Record<string, { operationId: string }>>;
    }>(await app.get('/openapi.json'));
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({
        route: `${method} ${path}`,
        operationId,
      })),
    );
    expect(operations.map(({ route }) => route).sort()).toEqual([...routes].sort());
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+([A-Z][a-z]+)*$/);
  });

  it.each(['/docs', '/redoc'])('is shown at %s without any other host', async (path) => {
    const app = anHttpApp();
    const response = await app.get(path);
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:\/\//);
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset ?? '');
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) expect((await app.get(asset)).status).toBe(200);
  });
});
