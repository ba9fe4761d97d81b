import { describe, expect, it } from 'vitest';
import { anHttpApp } from '../support/http/http-app.js';

describe('a query is refused for', () => {
  it.each([
    ['tasks?page=0', 'page'],
    ['tasks?page=-1', 'page'],
    ['tasks?page=1.5', 'page'],
    ['tasks?page=99999999999', 'page'],
    ['tasks?page=two', 'page'],
    ['tasks?page=1&page=2', 'page'],
    ['tasks?page_size=0', 'page_size'],
    ['tasks?page_size=ten', 'page_size'],
    ['tasks?sort_by=source_text', 'sort_by'],
    ['tasks?sort_by=created_at;DROP%20TABLE%20translation_tasks', 'sort_by'],
    ['tasks?order=sideways', 'order'],
    ['tasks?from_date=yesterday', 'from_date'],
    ['tasks?from_date=2026-13-01', 'from_date'],
    ['tasks?to_date=0000-00-00', 'to_date'],
    ['tasks?from_date=2026-02-02&to_date=2026-02-01', 'from_date'],
    ['tasks?fresh=maybe', 'fresh'],
    ['tasks?colour=red', 'colour'],
    ['tasks?sheet_name=%00', 'sheet_name'],
    ['tasks?cursor=nonsense', 'cursor'],
    ['sessions?sheet_name=x', 'sheet_name'],
    ['sessions?__proto__=x', '__proto__'],
    ['sessions?constructor=x', 'constructor'],
    ['sessions?toString=x', 'toString'],
    ['sessions/s-1?__proto__=x', '__proto__'],
    ['sessions/s-1/tasks?status=pending&__proto__=x', '__proto__'],
    ['quarantine?__proto__=x', '__proto__'],
    ['/health?__proto__=x', '__proto__'],
    ['/docs?__proto__=x', '__proto__'],
    ['/docs?hasOwnProperty=x', 'hasOwnProperty'],
    ['/openapi.json?%5F_proto__', '__proto__'],
    ['stats?fresh=1', 'fresh'],
  ])('%s', async (path, parameter) => {
    const app = anHttpApp();
    const problem = await app.problem(await app.get(path));
    expect(problem).toMatchObject({ status: 422, error_code: 'VALIDATION_ERROR' });
    // Once: two messages about one value look like two mistakes.
    expect(problem.errors?.map(({ path }) => path)).toEqual([parameter]);
  });

  it.each([
    'completed_days=-1',
    'completed_days=ten',
    'failed_days=36501',
    'dry_run=yes',
    'days=3',
  ])('cleanup?%s', async (query) => {
    const app = anHttpApp();
    const problem = await app.problem(await app.post(`sessions/cleanup?${query}`));
    expect(problem).toMatchObject({ status: 422 });
    expect(problem.errors?.map(({ path }) => path)).toEqual([query.split('=')[0]]);
  });

  it('for an unknown acknowledgement', async () => {
    const app = anHttpApp();
    expect((await app.post('tasks/batch?ack=maybe', { tasks: [] })).status).toBe(422);
  });
});

describe('an unknown path', () => {
  it.each([
    ['GET', '/nowhere', 404, 'HTTP_404'],
    ['GET', 'sessions/none', 404, 'HTTP_404'],
    ['GET', 'sessions/none/tasks', 404, 'HTTP_404'],
    ['GET', 'tasks/none', 404, 'HTTP_404'],
    ['DELETE', 'sessions/none', 404, 'HTTP_404'],
    ['POST', 'recovery/restore/none', 404, 'HTTP_404'],
    ['DELETE', 'quarantine/none', 404, 'HTTP_404'],
    ['PUT', 'sessions', 405, 'HTTP_405'],
    ['GET', 'flush', 405, 'HTTP_405'],
    ['PATCH', '/health', 405, 'HTTP_405'],
  ])('%s %s is %i', async (method, path, status, code) => {
    const app = anHttpApp();
    const response = await app.request(method, path);
    expect(response.status).toBe(status);
    expect(await app.problem(response)).toMatchObject({ status, error_code: code });
  });

  it('405 lists the allowed methods', async () => {
    const app = anHttpApp();
    expect((await app.request('PUT', 'sessions')).headers.get('allow')).toBe('GET, HEAD');
  });
});
