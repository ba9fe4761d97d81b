import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';

const send = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) => ({
  body,
  headers: { 'content-type': 'application/json', ...headers },
});

describe('the body of a batch', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json; charset=utf8',
  ])('may be of type %s', async (type) => {
    const app = anHttpApp();
    const init = send('{"tasks":[]}', { 'content-type': type });
    expect((await app.request('POST', 'tasks/batch', init)).status).toBe(200);
  });

  it('may begin with a byte order mark', async () => {
    const app = anHttpApp();
    const response = await app.request('POST', 'tasks/batch', send('\ufeff{"tasks":[]}'));
    expect(response.status).toBe(200);
  });

  it('may not have a type of more than 200 characters, which would be slow to match', async () => {
    const app = anHttpApp();
    const type = `application/json;${' '.repeat(200)}charset=utf-8`;
    const init = send('{"tasks":[]}', { 'content-type': type });
    expect((await app.request('POST', 'tasks/batch', init)).status).toBe(415);
  });

  it.each(['application/problem+json', 'application/json; charset=utf-16'])(
    'may not be of type %s',
    async (type) => {
      const app = anHttpApp();
      const init = send('{"tasks":[]}', { 'content-type': type });
      const problem = await app.problem(await app.request('POST', 'tasks/batch', init));
      expect(problem).toMatchObject({ status: 415, error_code: 'UNSUPPORTED_MEDIA_TYPE' });
      expect(problem.detail).toContain(type);
    },
  );

  it('may not be compressed; the answer says so', async () => {
    const app = anHttpApp();
    const init = send('{"tasks":[]}', { 'content-encoding': 'gzip' });
    const problem = await app.problem(await app.request('POST', 'tasks/batch', init));
    expect(problem).toMatchObject({ status: 415 });
    expect(problem.detail).toContain('gzip');
  });

  it('locates malformed JSON and quotes nothing of it', async () => {
    const app = anHttpApp();
    const body = '{\n  "tasks": [{"source_text": "SECRET", }]\n}';
    const problem = await app.problem(await app.post('tasks/batch', body));
    expect(problem.detail).toBe('The body is not valid JSON at line 2, column 39.');
    expect(JSON.stringify(problem)).not.toContain('SECRET');
  });

  it('is not read beyond the limit', async () => {
    const app = anHttpApp({}, { bodyLimitBytes: 10_000 });
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1000).fill(0x20));
      },
      cancel() {
        cancelled = true;
      },
    });
    const init = { ...send(endless), duplex: 'half' } as RequestInit;
    const problem = await app.problem(await app.request('POST', 'tasks/batch', init));
    expect(problem).toMatchObject({ status: 413, error_code: 'PAYLOAD_TOO_LARGE' });
    expect(problem.detail).toContain('10000 bytes');
    expect(pulled).toBeLessThan(15);
    expect(cancelled).toBe(true);
  });

  it('is copied into one buffer, whatever its chunks: no chunk is kept', async () => {
    const app = anHttpApp();
    const text = Buffer.from(
      JSON.stringify({ tasks: [aTask('t-1', { context: 'x'.repeat(2e5) })] }),
    );
    // One buffer for all chunks: a kept chunk would change.
    const piece = new Uint8Array(7);
    let at = 0;
    const pieces = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const length = text.copy(piece, 0, at);
          at += length;
          if (length === 0) controller.close();
          else controller.enqueue(piece.subarray(0, length));
        },
      },
      { highWaterMark: 0 },
    );
    const init = { ...send(pieces), duplex: 'half' } as RequestInit;
    await app.ok(await app.request('POST', 'tasks/batch', init));
    const task = await app.ok<{ context: string }>(await app.get('tasks/t-1'));
    expect(task.context).toHaveLength(2e5);
  });

  it('of exactly the limit is accepted', async () => {
    const body = JSON.stringify({ tasks: [aTask()] });
    const app = anHttpApp({}, { bodyLimitBytes: body.length });
    expect((await app.request('POST', 'tasks/batch', send(body))).status).toBe(200);
    const init = { ...send(ReadableStream.from([Buffer.from(body)])), duplex: 'half' };
    expect((await app.request('POST', 'tasks/batch', init as RequestInit)).status).toBe(200);
  });
});

describe('a record with JSON where it has a text', () => {
  it.each([
    ['task_id', '{"a":1}', 'expected string, found an object'],
    ['source_text', '[1,2]', 'expected string, found a list'],
    ['row_index', '{}', 'expected number, found an object'],
  ])('is refused with the expected type: %s', async (name, json, message) => {
    const app = anHttpApp();
    const record = JSON.stringify({ ...aTask(), [name]: 0 }).replace(
      `"${name}":0`,
      `"${name}":${json}`,
    );
    const problem = await app.problem(await app.post('tasks/batch', `{"tasks":[${record}]}`));
    expect(problem.errors).toEqual([{ path: `tasks[0].${name}`, message }]);
  });
});

describe('a record with unknown names', () => {
  it('is refused when there are very many of them', async () => {
    const app = anHttpApp();
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',');
    const body = `{"tasks":[{${many(40_000)}}]}`;
    const problem = await app.problem(await app.post('tasks/batch', body));
    expect(problem).toMatchObject({ status: 422, error_code: 'VALIDATION_ERROR' });
    expect(problem.errors).toHaveLength(100);
    const outside = await app.problem(await app.post('tasks/batch', `{${many(20_000)}}`));
    expect(outside.errors).toHaveLength(100);
  });

  it('is refused with the name truncated', async () => {
    const app = anHttpApp();
    const record = { ...aTask(), ['k'.repeat(100_000)]: 1 };
    const response = await app.post('tasks/batch', { tasks: [record] });
    expect(response.status).toBe(422);
    expect((await response.text()).length).toBeLessThan(1000);
  });

  it.each(['__proto__', 'constructor', 'toString', 'Status', 'status '])(
    'is refused for %j',
    async (name) => {
      const app = anHttpApp();
      const text = JSON.stringify(aTask());
      const body = `{"tasks":[${text.slice(0, -1)},${JSON.stringify(name)}:{"status":"x"}}]}`;
      const problem = await app.problem(await app.post('tasks/batch', body));
      expect(problem.errors?.[0]?.path).toBe(`tasks[0].${name}`);
      expect((await app.get('tasks/t-1')).status).toBe(404);
    },
  );
});

describe('a name beside the list', () => {
  it.each(['__proto__', 'constructor', 'toString'])('is refused for %j', async (name) => {
    const app = anHttpApp();
    const body = `{"tasks":[],${JSON.stringify(name)}:{"tasks":[]}}`;
    const problem = await app.problem(await app.post('tasks/batch', body));
    expect(problem).toMatchObject({ status: 422, errors: [{ path: name }] });
  });
});

describe('JSON inside a session', () => {
  const gameInfo = async (json: string) => {
    const app = anHttpApp();
    const text = JSON.stringify(aSession());
    const body = `{"sessions":[${text.slice(0, -1)},"game_info":${json}}]}`;
    return { app, response: await app.post('sessions/batch', body) };
  };
  const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

  it.each([
    ['every kind of value', '{"a":[null,true,false,"",0,-1.5,1e-7,{}],"":{"b":[]}}'],
    ['the greatest exact integers', '{"a":9007199254740991,"b":-9007199254740991}'],
    ['64 levels', nested(64)],
    ['all planes', '{"🗡️":"漢\u{10ffff}"}'],
    ['names of built-in object properties', '{"__proto__":{"a":1},"constructor":2,"toJSON":3}'],
    ['an empty object', '{}'],
  ])('comes back as it was sent: %s', async (_what, json) => {
    const { app, response } = await gameInfo(json);
    expect(response.status).toBe(200);
    expect(await (await app.get('sessions/s-1')).text()).toContain(`"game_info":${json},`);
  });

  it.each([
    ['65 levels', nested(65), `game_info${'.a'.repeat(64)}`],
    ['an inexact integer', '{"a":[1,9007199254740993]}', 'game_info.a[1]'],
    ['an infinite number', '{"a":{"b":1e400}}', 'game_info.a.b'],
    ['NUL in a name', '{"a":{"\\u0000":1}}', 'game_info.a'],
    ['a lone surrogate in a text', '{"a":"\\udc00"}', 'game_info.a'],
  ])('is refused for %s', async (_what, json, path) => {
    const { app, response } = await gameInfo(json);
    const problem = await app.problem(response);
    expect(problem.errors?.[0]?.path).toBe(`sessions[0].${path}`);
    expect((await app.get('sessions/s-1')).status).toBe(404);
  });
});

describe('requeueing', () => {
  it('without a body, or with an empty one of any type, means all', async () => {
    const app = anHttpApp();
    const headers = { 'content-type': 'application/json' };
    expect((await app.request('POST', 'quarantine/requeue')).status).toBe(200);
    expect((await app.request('POST', 'quarantine/requeue', { headers })).status).toBe(200);
    expect(await app.ok(await app.post('quarantine/requeue', {}))).toEqual({ requeued: 0 });
  });

  it.each(['__proto__', 'constructor', 'id'])(
    'with an unknown name is refused: %s',
    async (name) => {
      const app = anHttpApp();
      const body = `{${JSON.stringify(name)}:["one"]}`;
      const problem = await app.problem(await app.post('quarantine/requeue', body));
      expect(problem).toMatchObject({ status: 422, errors: [{ path: name }] });
    },
  );

  it('with a body that is not JSON is refused, and does not mean all', async () => {
    const app = anHttpApp();
    const body = new Blob(['{"ids":["one"]}']);
    const response = await app.request('POST', 'quarantine/requeue', { body });
    expect(await app.problem(response)).toMatchObject({ status: 415 });
  });
});

describe('a body of a route without a batch', () => {
  it('may have 2 MiB', async () => {
    const app = anHttpApp();
    const problem = await app.problem(
      await app.post('quarantine/requeue', `{"ids":[]}${' '.repeat(2 * 1024 * 1024)}`),
    );
    expect(problem).toMatchObject({ status: 413, error_code: 'PAYLOAD_TOO_LARGE' });
  });
});
