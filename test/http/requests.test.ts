import { describe, expect, it } from 'vitest';
import { unavailable } from '../../src/adapters/journal/file/group-commit.js';
import { anHttpApp, aSession, aTask, type Page } from '../support/http/http-app.js';

describe('a known path with another method', () => {
  it.each([
    ['GET', 'sessions/cleanup/', 404, null],
    ['PUT', 'sessions/cleanup', 405, 'DELETE, GET, HEAD, POST'],
    ['PUT', 'sessions/batch', 405, 'DELETE, GET, HEAD, POST'],
    ['POST', 'sessions/s-1', 405, 'DELETE, GET, HEAD'],
    ['DELETE', 'tasks/t-1', 405, 'GET, HEAD'],
    ['GET', 'recovery/restore/s-1', 405, 'POST'],
    ['OPTIONS', 'tasks', 405, 'GET, HEAD'],
    ['POST', '/docs', 405, 'GET, HEAD'],
    ['POST', '/redoc', 405, 'GET, HEAD'],
    ['DELETE', '/openapi.json', 405, 'GET, HEAD'],
    ['POST', '/openapixjson', 404, null],
    ['POST', '/api/v1/system/metrics', 405, 'GET, HEAD'],
  ])('%s %s is %i', async (method, path, status, allow) => {
    const app = anHttpApp();
    const response = await app.request(method, path);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await app.problem(response)).toMatchObject({ status, error_code: `HTTP_${status}` });
  });

  it('is logged under the pattern of its route', async () => {
    const app = anHttpApp();
    await app.request('PUT', 'tasks/t-1');
    await app.request('GET', '/wp-login.php');
    const routes = app.logger.lines.map(({ fields }) => fields.route);
    expect(routes).toEqual(['/api/v1/translation/tasks/{id}', 'unknown']);
  });
});

describe('HEAD', () => {
  it.each([
    'sessions',
    'sessions/s-1',
    'sessions/s-1/tasks',
    'sessions/none',
    'tasks?page=0',
    'stats',
    'quarantine',
    'recovery/incomplete-sessions',
    '/health',
    '/health/live',
    '/api/v1/system/metrics',
    '/docs',
    '/redoc',
    '/openapi.json',
  ])('%s is answered like GET, without the body', async (path) => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    const [head, get] = [await app.request('HEAD', path), await app.get(path)];
    expect(head.status).toBe(get.status);
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    expect(head.headers.get('x-request-id')).not.toBeNull();
    expect(await head.text()).toBe('');
  });
});

describe('a problem', () => {
  it('carries the id of its request, in the body and in the header', async () => {
    const app = anHttpApp();
    const headers = { 'x-request-id': 'mine-1' };
    const response = await app.request('GET', 'tasks/none', { headers });
    expect(response.headers.get('x-request-id')).toBe('mine-1');
    expect((await app.problem(response)).request_id).toBe('mine-1');
  });

  it.each(['', 'a'.repeat(129), 'a/b', 'a b', 'ä'])(
    'does not repeat an id that is not well formed: %j',
    async (id) => {
      const app = anHttpApp();
      const response = await app.request('GET', 'tasks/none', { headers: { 'x-request-id': id } });
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('has a type that points to no other host', async () => {
    const app = anHttpApp();
    const problem = await (await app.get('/nowhere')).json();
    expect(problem).toMatchObject({ type: 'urn:persistence-service:problem:http-404' });
  });

  it('does not repeat a long path', async () => {
    const app = anHttpApp();
    const response = await app.get(`/${'x'.repeat(8000)}`);
    expect((await response.text()).length).toBeLessThan(500);
  });

  it('is 503 with Retry-After during shutdown, and nothing is kept', async () => {
    const app = anHttpApp();
    app.acceptBatch.stop();
    const response = await app.post('sessions/batch', { sessions: [aSession()] });
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await app.problem(response)).toMatchObject({ status: 503, error_code: 'SHUTTING_DOWN' });
    expect((await app.get('sessions/s-1')).status).toBe(404);
  });

  it('is 503 with Retry-After if the journal refuses writes', async () => {
    const app = anHttpApp();
    app.journal.append = () => Promise.reject(unavailable('the disk failed'));
    const response = await app.post('tasks/batch', { tasks: [aTask()] });
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    const problem = await app.problem(response);
    expect(problem).toMatchObject({ status: 503, error_code: 'JOURNAL_UNAVAILABLE' });
  });

  it.each([
    ['GET', 'sessions'],
    ['GET', 'tasks/t-1'],
    ['GET', 'stats'],
    ['GET', 'recovery/incomplete-sessions'],
    ['POST', 'sessions/cleanup'],
    ['POST', 'recovery/restore/s-1'],
    ['DELETE', 'sessions/s-1'],
  ])('is 503 with Retry-After when the store is down: %s %s', async (method, path) => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    app.sessionStore.down = true;
    const response = await app.request(method, path);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await app.problem(response)).toMatchObject({
      status: 503,
      error_code: 'STORAGE_UNAVAILABLE',
    });
  });
});

describe('a browser of a configured origin', () => {
  const ORIGIN = 'https://dashboard.example';
  const open = () => anHttpApp({}, { corsOrigins: [ORIGIN] });

  it('may send a preflight request, and reads the id of the request', async () => {
    const response = await open().request('OPTIONS', 'tasks/batch', {
      headers: { origin: ORIGIN, 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('x-request-id')).not.toBeNull();
  });

  it('reads problems, and their headers, too', async () => {
    const response = await open().request('GET', 'tasks?page=0', { headers: { origin: ORIGIN } });
    expect(response.status).toBe(422);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    expect(response.headers.get('access-control-expose-headers')).toContain('Retry-After');
  });
});

describe('a browser of any origin, if all are allowed', () => {
  it('may send a preflight request, and reads the answer', async () => {
    const app = anHttpApp({}, { corsOrigins: ['https://dashboard.example', '*'] });
    const headers = { origin: 'https://other.example' };
    const asked = await app.request('OPTIONS', 'tasks/batch', {
      headers: { ...headers, 'access-control-request-method': 'POST' },
    });
    expect(asked.headers.get('access-control-allow-origin')).toBe('*');
    const answer = await app.request('GET', 'tasks', { headers });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('a status filter', () => {
  it('accepts spaces and empty places between its commas', async () => {
    const app = anHttpApp();
    await app.ok(
      await app.post('sessions/batch?ack=stored', {
        sessions: [aSession('a', { status: 'pending' }), aSession('b', { status: 'failed' })],
      }),
    );
    const page = await app.ok<Page>(await app.get('sessions?status=pending,%20failed,'));
    expect(page.total).toBe(2);
  });

  it.each(['', ',', '%20'])('without a status is refused: %j', async (status) => {
    const app = anHttpApp();
    const problem = await app.problem(await app.get(`sessions?status=${status}`));
    expect(problem.errors?.[0]?.path).toBe('status');
  });
});

describe('a cursor', () => {
  it('continues after file names in which every character is escaped', async () => {
    const app = anHttpApp();
    const sessions = ['🗡️'.repeat(18), '漢'.repeat(36)].map((id, index) =>
      aSession(id, { filename: `${'\u0001'.repeat(254)}${index}` }),
    );
    await app.ok(await app.post('sessions/batch?ack=stored', { sessions }));
    const query = 'sessions?page_size=1&sort_by=filename&order=asc';
    const first = await app.ok<Page>(await app.get(query));
    const second = await app.ok<Page>(await app.get(`${query}&cursor=${first.next_cursor}`));
    expect(second).toMatchObject({ page: 2, next_cursor: null });
    expect(second.items[0]?.session_id).toBe('漢'.repeat(36));
  });

  it.each(['!', '%3D', '%20', '.', 'A'])('with %j added is refused', async (added) => {
    const app = anHttpApp();
    const sessions = ['a', 'b', 'c', 'd'].map((id) => aSession(id));
    await app.ok(await app.post('sessions/batch?ack=stored', { sessions }));
    const { next_cursor } = await app.ok<Page>(await app.get('sessions?page_size=1'));
    const response = await app.get(`sessions?page_size=1&cursor=${next_cursor}${added}`);
    expect((await app.problem(response)).errors?.[0]?.path).toBe('cursor');
  });

  it('overrides a page, and continues its numbering', async () => {
    const app = anHttpApp();
    const sessions = ['a', 'b', 'c'].map((id) => aSession(id));
    await app.ok(await app.post('sessions/batch?ack=stored', { sessions }));
    const first = await app.ok<Page>(await app.get('sessions?page_size=1&order=asc'));
    const path = `sessions?page_size=1&order=asc&page=9&cursor=${first.next_cursor}`;
    expect(await app.ok<Page>(await app.get(path))).toMatchObject({
      page: 2,
      items: [{ session_id: 'b' }],
    });
  });
});
