import { createHook } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession } from '../../support/http/http-app.js';

describe('the headers of every answer', () => {
  it.each([
    ['GET', '/health/live', 200],
    ['GET', 'tasks', 200],
    ['GET', 'tasks?page=0', 422],
    ['GET', '/nowhere', 404],
    ['PUT', 'tasks', 405],
    ['GET', '/openapi.json', 200],
    ['GET', '/docs', 200],
    ['GET', '/docs/swagger-ui.css', 200],
  ])('of %s %s (%i) forbid sniffing, framing and caching', async (method, path, status) => {
    const { headers, status: found } = await anHttpApp().request(method, path);
    expect(found).toBe(status);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('let the pages of the documentation load their own scripts', async () => {
    const policy = (await anHttpApp().get('/docs')).headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self'");
  });
});

describe('a file of the documentation', () => {
  it('is read once, however many requests ask for it at a time', async () => {
    const app = anHttpApp();
    let opened = 0;
    const hook = createHook({
      init(_id, type) {
        if (type === 'FILEHANDLE') opened += 1;
      },
    }).enable();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.get('/docs/swagger-ui-bundle.js')),
    );
    hook.disable();
    expect(opened).toBe(1);
    for (const answer of answers) expect(await answer.text()).toContain('SwaggerUIBundle');
  });
});

describe('a body announced beyond the limit', () => {
  const init = { headers: { 'content-length': String(1024 ** 3) } };

  it.each([
    ['POST', 'tasks/batch'],
    ['POST', 'flush'],
    ['GET', 'tasks'],
    ['DELETE', 'sessions/s-1'],
    ['POST', '/nowhere'],
    ['GET', '/health'],
    ['GET', '/docs/swagger-ui.css'],
  ])('is refused at once and the connection closed: %s %s', async (method, path) => {
    const app = anHttpApp();
    const response = await app.request(method, path, init);
    expect(response.headers.get('connection')).toBe('close');
    expect(await app.problem(response)).toMatchObject({
      status: 413,
      error_code: 'PAYLOAD_TOO_LARGE',
    });
  });
});

describe('JSON that would be too costly to parse', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const inBody = (json: string) => `{"sessions":[],"x":${json}}`;

  it.each([
    ['100,000 lists in one another', nested(100_000)],
    ['16 million of them', nested(16_000_000)],
    ['100,000 lists that are never closed', '['.repeat(100_000)],
    ['objects in one another', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['lists after strings with quotes and backslashes', `["\\"[","\\\\",${nested(300)}]`],
    ['257 levels', nested(257)],
  ])('is refused for its depth: %s', async (_, body) => {
    const app = anHttpApp();
    const problem = await app.problem(await app.post('tasks/batch', body));
    expect(problem).toMatchObject({ status: 422, error_code: 'VALIDATION_ERROR' });
    expect(problem.errors).toEqual([{ path: 'body', message: 'is nested deeper than 256 levels' }]);
  });

  const many = (count: number, value: string) => Array<string>(count).fill(value).join(',');
  const names = (count: number) =>
    Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',');
  const outside = 'has more than 20000 records or names; send at most 10000 records at a time';
  const within = 'has more than 50000 values in one record';

  it.each([
    ['20,002 records', `{"tasks":[${many(20_002, '{}')}]}`, outside],
    ['20,002 values that are not records', `{"tasks":[${many(20_002, '1')}]}`, outside],
    ['20,002 names beside the list', `{${names(20_002)}}`, outside],
    ['50,002 names in one record', `{"tasks":[{},{${names(50_002)}}]}`, within],
    ['50,002 values in lists of a record', `{"tasks":[[[1],[${many(50_002, '1')}]]]}`, within],
    [
      'more than a million values in records of permitted size',
      `{"tasks":[${many(26, `[${many(40_000, '1')}]`)}]}`,
      'has more than 1000000 values; send smaller batches',
    ],
    [
      'more than 10,000 lists in one record',
      `{"tasks":[{"x":[${many(10_000, '[]')}]}]}`,
      'has more than 10000 objects and lists in one record',
    ],
    [
      'more than a million lists around nothing',
      `{"tasks":[${many(10_000, nested(50))},${many(10_000, nested(60))}]}`,
      'has more than 1000000 objects and lists',
    ],
  ])('is refused for the number of its values: %s', async (_, body, message) => {
    const app = anHttpApp();
    const problem = await app.problem(await app.post('tasks/batch', body));
    expect(problem).toMatchObject({ status: 422, error_code: 'VALIDATION_ERROR' });
    expect(problem.errors).toEqual([{ path: 'body', message }]);
  });

  it.each([
    ['more than a list', (list: string) => `{"x":[],"tasks":[${list}]}`, 'is unknown'],
    ['a list cut short', (list: string) => `{"tasks":[${list}`, 'its end or between its records'],
    ['white space', () => '\n'.repeat(4_000_000), 'more than 1048576 bytes outside its records'],
  ])('is not parsed in one piece to describe the problem: %s', async (_, bodyOf, detail) => {
    const app = anHttpApp();
    const body = bodyOf(many(20, `[${many(15_000, '1')}]`));
    const problem = await app.problem(await app.post('tasks/batch', body));
    expect(problem.detail).toContain(detail);
  });

  it.each([
    [10_001, '{}'],
    [20_001, '1'],
  ])('is refused with the limit of records in a batch: %i', async (count, record) => {
    const app = anHttpApp();
    const body = `{"tasks":[${many(count, record)}]}`;
    const problem = await app.problem(await app.post('tasks/batch', body));
    expect(problem.errors).toEqual([
      { path: 'tasks', message: `has ${count} records; send at most 10000 at a time` },
    ]);
  });

  it('does not include a list of nearly 50,000 values in each of several records', async () => {
    const app = anHttpApp();
    const info = Array<number>(49_990).fill(1);
    const sessions = ['a', 'b', 'c'].map((id) => aSession(id, { metadata: { info } }));
    expect((await app.post('sessions/batch', { sessions })).status).toBe(200);
  });

  it.each([
    ['256 levels', inBody(nested(255)), 'x'],
    ['brackets in strings', inBody(JSON.stringify('[{'.repeat(10_000))), 'x'],
    ['a closing bracket too many', ']]]', undefined],
    ['a string that never ends', `["${'['.repeat(300)}`, undefined],
    ['a backslash at the end', '["\\', undefined],
  ])('does not include: %s', async (_, body, path) => {
    const app = anHttpApp();
    const problem = await app.problem(await app.post('sessions/batch', body));
    expect(problem.errors?.[0]?.path).toBe(path);
    expect(problem.detail).not.toContain('256');
  });

  it('does not include a record of the permitted depth', async () => {
    const app = anHttpApp();
    const deep = JSON.parse(`${'{"a":'.repeat(63)}{}${'}'.repeat(63)}`) as object;
    const response = await app.post('sessions/batch', {
      sessions: [aSession('s', { metadata: deep })],
    });
    expect(response.status).toBe(200);
  });
});
