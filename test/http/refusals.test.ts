import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession, aTask } from '../support/http/http-app.js';

const MiB = 1_048_576;
/** JSON text with a lone surrogate, which JSON.stringify would escape in the same way. */
const LONE = '\ud83d';

type Refusal = [what: string, fields: Record<string, unknown>, path: string, message?: RegExp];

const taskRefusals: Refusal[] = [
  ['an id that is missing', { task_id: undefined }, 'task_id', /required/],
  ['an empty id', { task_id: '' }, 'task_id'],
  ['an id of 65 characters', { task_id: 'x'.repeat(65) }, 'task_id', /longer than 64 characters/],
  ['an id with leading white space', { task_id: ' t-1' }, 'task_id', /white space/],
  ['an id with trailing white space', { task_id: 't-1\u3000' }, 'task_id', /white space/],
  ['an id with a control character', { task_id: 't\u0007' }, 'task_id', /control character/],
  ['an id with a lone surrogate', { task_id: `t${LONE}` }, 'task_id', /lone surrogate/],
  ['the id .', { task_id: '.' }, 'task_id', /no URL/],
  ['the id ..', { task_id: '..' }, 'task_id', /no URL/],
  ['the session id .', { session_id: '.' }, 'session_id', /no URL/],
  ['the session id ..', { session_id: '..' }, 'session_id', /no URL/],
  ['an id with a control character of C1', { task_id: 't\u0085t' }, 'task_id', /control character/],
  ...['\u202a', '\u202e', '\u2066', '\u2069'].map((control): Refusal => {
    const code = control.codePointAt(0)?.toString(16);
    return [`an id with U+${code}`, { task_id: `t${control}1` }, 'task_id', /bidirectional/];
  }),
  ['a session id with U+202E', { session_id: '\u202es' }, 'session_id', /bidirectional/],
  ['an id that is a number', { task_id: 1 }, 'task_id'],
  ['a session id of 37 characters', { session_id: 'x'.repeat(37) }, 'session_id'],
  ['a batch id with a trailing blank', { batch_id: 'b ' }, 'batch_id'],
  ['a sheet name of 256 characters', { sheet_name: 'x'.repeat(256) }, 'sheet_name'],
  ['an empty column name', { column_name: '' }, 'column_name'],
  ['a row index below 0', { row_index: -1 }, 'row_index'],
  ['a row index beyond 32 bit', { row_index: 2_147_483_648 }, 'row_index'],
  ['a row index that is not a whole number', { row_index: 1.5 }, 'row_index'],
  ['a row index in words', { row_index: '1' }, 'row_index'],
  ['a source text that is missing', { source_text: undefined }, 'source_text', /required/],
  ['a source text that is null', { source_text: null }, 'source_text'],
  ['a source text with NUL', { source_text: 'a\0b' }, 'source_text', /NUL/],
  [
    'a source text with a lone surrogate',
    { source_text: `a${LONE}b` },
    'source_text',
    /lone surrogate/,
  ],
  [
    'a source text beyond 1 MiB of UTF-8',
    { source_text: '漢'.repeat(MiB / 3 + 1) },
    'source_text',
    /bytes/,
  ],
  ['a target text with NUL', { target_text: '\0' }, 'target_text'],
  ['an error message beyond 1 MiB', { error_message: 'x'.repeat(MiB + 1) }, 'error_message'],
  ['a status in capitals', { status: 'Pending' }, 'status'],
  ['a status of 21 characters', { status: 'a'.repeat(21) }, 'status'],
  ['an empty status', { status: '' }, 'status'],
  ['a confidence above 1', { confidence: 1.0001 }, 'confidence'],
  ['a confidence below 0', { confidence: -0.1 }, 'confidence'],
  ['a confidence in words', { confidence: '0.5' }, 'confidence'],
  ['a retry count that is null', { retry_count: null }, 'retry_count'],
  ['a duration below 0', { duration_ms: -1 }, 'duration_ms'],
  ['a start time that is not a time', { start_time: 'yesterday' }, 'start_time', /ISO 8601/],
  ['a start time that is only a date', { start_time: '2026-11-24' }, 'start_time'],
  ['a day that does not exist', { start_time: '2026-02-30T00:00:00Z' }, 'start_time'],
  ['an hour beyond 23', { end_time: '2026-01-01T24:00:00Z' }, 'end_time'],
  ['a year before 1000', { end_time: '0999-12-31T23:59:59Z' }, 'end_time'],
  ['a time beyond the year 9999 in UTC', { end_time: '9999-12-31T23:59:59-01:00' }, 'end_time'],
  ['an unknown field', { colour: 'red' }, 'colour', /not a field/],
];

const deep = (depth: number): unknown => (depth === 0 ? {} : { a: deep(depth - 1) });

const sessionRefusals: Refusal[] = [
  ['an id of 37 characters', { session_id: 'x'.repeat(37) }, 'session_id'],
  ['the id .', { session_id: '.' }, 'session_id', /no URL/],
  ['the id ..', { session_id: '..' }, 'session_id', /no URL/],
  ['an id with U+202B', { session_id: 'a\u202bb' }, 'session_id', /bidirectional/],
  ['an empty file name', { filename: '' }, 'filename'],
  ['a file name with NUL', { filename: 'a\0' }, 'filename'],
  ['a path of 513 characters', { file_path: 'x'.repeat(513) }, 'file_path'],
  ['a provider of 51 characters', { llm_provider: 'x'.repeat(51) }, 'llm_provider'],
  ['a counter below 0', { total_tasks: -1 }, 'total_tasks'],
  ['a counter beyond 32 bit', { completed_tasks: 2 ** 31 }, 'completed_tasks'],
  ['a counter that is null', { failed_tasks: null }, 'failed_tasks'],
  ['JSON that is a list', { game_info: [] }, 'game_info', /JSON object/],
  ['JSON that is text', { metadata: '{}' }, 'metadata', /JSON object/],
  ['JSON with NUL in a text', { game_info: { a: ['\0'] } }, 'game_info.a[0]', /NUL/],
  [
    'JSON with a lone surrogate in a name',
    { metadata: { [LONE]: 1 } },
    'metadata',
    /lone surrogate/,
  ],
  [
    'JSON with an integer that cannot be represented exactly',
    { game_info: { id: 2 ** 53 } },
    'game_info.id',
    /send it as a string/,
  ],
  ['JSON nested too deep', { game_info: deep(65) }, `game_info${'.a'.repeat(64)}`, /deeper/],
  ['JSON beyond 1 MiB', { game_info: { a: 'x'.repeat(MiB) } }, 'game_info', /bytes/],
];

describe.each([
  ['tasks', aTask, taskRefusals],
  ['sessions', aSession, sessionRefusals],
] as const)('a batch of %s is refused whole for', (property, valid, refusals) => {
  it.each<Refusal>(refusals)('%s', async (_what, fields, path, message = /./) => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    const accepted = app.buffer.snapshot().accepted;
    const records = [valid('good-1'), { ...valid('bad'), ...fields }, valid('good-2')];
    const response = await app.post(`${property}/batch`, { [property]: records });
    const problem = await app.problem(response);
    expect(response.status).toBe(422);
    expect(problem).toMatchObject({ status: 422, error_code: 'VALIDATION_ERROR' });
    expect(problem.errors?.[0]?.path).toBe(`${property}[1].${path}`);
    expect(problem.errors?.[0]?.message).toMatch(message);
    expect(app.buffer.snapshot().accepted).toBe(accepted);
    expect((await app.get(`${property}/good-1`)).status).toBe(404);
  });
});

describe('a batch body is refused', () => {
  const text = JSON.stringify({ tasks: [aTask()] });

  it.each([
    ['malformed JSON', '{"tasks":[', 400, 'INVALID_JSON'],
    ['an empty body', '', 400, 'INVALID_JSON'],
    ['a list', '[]', 422, 'VALIDATION_ERROR'],
    ['null', 'null', 422, 'VALIDATION_ERROR'],
    ['without its property', '{}', 422, 'VALIDATION_ERROR'],
    ['with another property', '{"tasks":[],"more":1}', 422, 'VALIDATION_ERROR'],
    ['whose property is no list', '{"tasks":{}}', 422, 'VALIDATION_ERROR'],
    ['with a record that is not an object', '{"tasks":[1]}', 422, 'VALIDATION_ERROR'],
    ['with a huge number in JSON', '{"tasks":[{"row_index":1e999}]}', 422, 'VALIDATION_ERROR'],
  ])('%s', async (_what, body, status, code) => {
    const app = anHttpApp();
    const response = await app.request('POST', 'tasks/batch', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(status);
    expect(await app.problem(response)).toMatchObject({ error_code: code });
  });

  it.each([
    ['tasks/batch', '[]', 'expected an object {"tasks": [...]}, found a list'],
    ['tasks/batch', '[{"task_id":"t-1"}]', 'expected an object {"tasks": [...]}, found a list'],
    ['sessions/batch', '[]', 'expected an object {"sessions": [...]}, found a list'],
    ['tasks/batch', 'null', 'expected an object {"tasks": [...]}, found null'],
    ['tasks/batch', '"tasks"', 'expected an object {"tasks": [...]}, found text'],
    ['tasks/batch', '7', 'expected an object {"tasks": [...]}, found a number'],
    ['tasks/batch', 'true', 'expected an object {"tasks": [...]}, found true'],
    ['quarantine/requeue', '["id"]', 'expected an object {"ids": [...]}, found a list'],
    ['quarantine/requeue', '"id"', 'expected an object {"ids": [...]}, found text'],
  ])(
    'that is not an object, with its name and the value found: %s %s',
    async (path, body, message) => {
      const app = anHttpApp();
      const problem = await app.problem(await app.post(path, body));
      expect(problem).toMatchObject({ status: 422, error_code: 'VALIDATION_ERROR' });
      expect(problem.errors).toEqual([{ path: 'body', message }]);
      expect(problem.detail).toBe(`body: ${message}`);
    },
  );

  it('that is not UTF-8', async () => {
    const app = anHttpApp();
    const body = Buffer.from(text.replace('sword', 'Æ'), 'latin1');
    const response = await app.request('POST', 'tasks/batch', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(await app.problem(response)).toMatchObject({ status: 400, error_code: 'INVALID_JSON' });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/jsonx',
  ])('of type %s', async (type) => {
    const app = anHttpApp();
    const response = await app.request('POST', 'tasks/batch', {
      body: text,
      headers: { 'content-type': type },
    });
    expect(await app.problem(response)).toMatchObject({
      status: 415,
      error_code: 'UNSUPPORTED_MEDIA_TYPE',
    });
  });

  it('beyond the limit, with and without a declared length, naming the limit', async () => {
    const app = anHttpApp({}, { bodyLimitBytes: 1000 });
    const body = JSON.stringify({ tasks: [aTask('t', { source_text: 'x'.repeat(2000) })] });
    const headers = { 'content-type': 'application/json' };
    const declared = await app.request('POST', 'tasks/batch', {
      body,
      headers: { ...headers, 'content-length': String(body.length) },
    });
    const streamed = await app.request('POST', 'tasks/batch', {
      body: ReadableStream.from([Buffer.from(body)]),
      headers,
      duplex: 'half',
    } as RequestInit);
    for (const response of [declared, streamed]) {
      const problem = await app.problem(response);
      expect(problem).toMatchObject({ status: 413, error_code: 'PAYLOAD_TOO_LARGE' });
      expect(problem.detail).toContain('1000 bytes');
    }
  });

  it('of more than 10,000 records', async () => {
    const app = anHttpApp();
    const tasks = Array.from({ length: 10_001 }, (_, index) => aTask(`t-${index}`));
    const problem = await app.problem(await app.post('tasks/batch', { tasks }));
    expect(problem.errors).toEqual([
      { path: 'tasks', message: 'has 10001 records; send at most 10000 at a time' },
    ]);
  });

  it('for a record far into a large body, by its index, and no record is kept', async () => {
    const app = anHttpApp();
    const tasks = Array.from({ length: 9_000 }, (_, index) =>
      aTask(`t-${index}`, index === 8_765 ? { confidence: 7 } : {}),
    );
    const problem = await app.problem(await app.post('tasks/batch', { tasks }));
    expect(problem.errors).toMatchObject([{ path: 'tasks[8765].confidence', value: 7 }]);
    expect((await app.get('tasks/t-0')).status).toBe(404);
  });

  it('with at most 100 problems listed, and long values truncated', async () => {
    const app = anHttpApp();
    const tasks = Array.from({ length: 5000 }, () => ({
      ...aTask(),
      status: 'X'.repeat(5000),
      row_index: -1,
    }));
    const response = await app.post('tasks/batch', { tasks });
    const problem = await app.problem(response.clone());
    expect(problem.errors).toHaveLength(100);
    expect((await response.text()).length).toBeLessThan(40_000);
  });
});
