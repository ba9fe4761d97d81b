import { beforeAll, describe, expect, it } from 'vitest';
import { Contract } from '../support/contract/contract.js';
import type { Exchange, OpenApiDocument } from '../support/contract/document.js';
import { anHttpApp, aSession, aTask, BASE } from '../support/http/http-app.js';

const app = anHttpApp();
let document: OpenApiDocument;
let contract: Contract;

beforeAll(async () => {
  document = await app.ok<OpenApiDocument>(await app.get('/openapi.json'));
  contract = new Contract(document);
  await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
  await app.ok(await app.post('tasks/batch?ack=stored', { tasks: [aTask()] }));
});

/** A real answer, and the problems that the contract check reports when the answer is changed. */
async function planted(
  method: string,
  path: string,
  change: (body: Record<string, unknown>, headers: Headers) => Partial<Exchange> | undefined,
) {
  const url = path.startsWith('/') ? path : `${BASE}/${path}`;
  const response = await app.request(method, url);
  const headers = new Headers(response.headers);
  const body = (await response.json()) as Record<string, unknown>;
  const changed = change(body, headers);
  const { status } = response;
  return contract.problemsOf({
    method,
    path: url,
    status,
    headers,
    body: JSON.stringify(body),
    ...changed,
  });
}

describe('an answer that differs from the document is reported for', () => {
  it.each([
    ['a correct answer', 'GET', 'tasks/t-1', () => undefined, []],
    [
      'a field too many',
      'GET',
      'tasks/t-1',
      (body) => void Object.assign(body, { secret: 1 }),
      ['body must NOT have additional properties (secret)'],
    ],
    [
      'a field too many, deep inside',
      'GET',
      'tasks',
      ({ items }) => void Object.assign((items as object[])[0] ?? {}, { secret: 1 }),
      ['body/items/0 must NOT have additional properties (secret)'],
    ],
    [
      'a missing field',
      'GET',
      'tasks/t-1',
      (body) => void delete body.confidence,
      ["body must have required property 'confidence'"],
    ],
    [
      'a time without milliseconds',
      'GET',
      'sessions/s-1',
      (body) => void Object.assign(body, { created_at: '2026-11-24T12:00:00Z' }),
      [expect.stringMatching(/^body\/created_at must match pattern/)],
    ],
    [
      'a number as text',
      'GET',
      'tasks/t-1',
      (body) => void Object.assign(body, { row_index: '1' }),
      ['body/row_index must be integer'],
    ],
    ['a status', 'GET', 'tasks/t-1', () => ({ status: 201 }), ['status 201 is not documented']],
    [
      'a type',
      'GET',
      'tasks/t-1',
      (_, headers) => void headers.set('content-type', 'text/plain'),
      ['content-type "text/plain" is not documented; documented are: application/json'],
    ],
    [
      'no request id',
      'GET',
      'tasks/t-1',
      (_, headers) => void headers.delete('x-request-id'),
      ['X-Request-Id is missing'],
    ],
    [
      'a body that is not JSON',
      'GET',
      'tasks/t-1',
      () => ({ body: '{"task_id":' }),
      ['the body is not JSON'],
    ],
    [
      'an error of another status in the body',
      'GET',
      'tasks/none',
      (body) => void Object.assign(body, { status: 400 }),
      ['the body says status 400'],
    ],
    [
      'an error with the id of another request',
      'GET',
      'tasks/none',
      (body) => void Object.assign(body, { request_id: 'other' }),
      ['the body has another id'],
    ],
    [
      'an error with an unknown code',
      'GET',
      'tasks/none',
      (body) => void Object.assign(body, { error_code: 'HTTP_418' }),
      ['body/error_code must be equal to one of the allowed values'],
    ],
    [
      'an answer where nothing is documented',
      'GET',
      '/nowhere',
      () => ({ status: 200 }),
      ['status 200, and nothing is documented here'],
    ],
    [
      'a stray error that is not a problem document',
      'GET',
      '/nowhere',
      (_, headers) => void headers.set('content-type', 'application/json'),
      ['content-type is not application/problem+json'],
    ],
    [
      'a stray error with a field too many',
      'PUT',
      'tasks',
      (body) => void Object.assign(body, { stack: '' }),
      ['body must NOT have additional properties (stack)'],
    ],
  ] satisfies [string, string, string, Parameters<typeof planted>[2], unknown[]][])(
    '%s',
    async (_, method, path, change, problems) => {
      expect(await planted(method, path, change)).toEqual(problems);
    },
  );

  it.each([
    ['Retry-After', 503, 'sessions'],
    ['Retry-After', 429, 'sessions'],
    ['WWW-Authenticate', 401, 'sessions'],
  ])('%s missing after %i', async (name, status, path) => {
    const problems = await planted('GET', `${path}?page=0`, (body) => {
      Object.assign(body, { status });
      return { status };
    });
    expect(problems).toEqual([`${name} is missing`]);
  });

  it('Retry-After that is not a number', async () => {
    const problems = await planted('GET', 'sessions?page=0', (body, headers) => {
      Object.assign(body, { status: 503 });
      headers.set('retry-after', 'soon');
      return { status: 503 };
    });
    expect(problems).toEqual(['Retry-After is "soon", not a whole number']);
  });
});

describe('the requests of the tests', () => {
  it('fail if the service answers with an undocumented field', async () => {
    const wrong = anHttpApp();
    wrong.queryRecords.find = () => Promise.resolve({ session_id: 's-1', colour: 'red' });
    await expect(wrong.get('sessions/s-1')).rejects.toThrow(
      `GET ${BASE}/sessions/s-1 was answered 200, not as documented:`,
    );
  });

  it('fail while they read a streamed answer that is wrong', async () => {
    const wrong = anHttpApp();
    async function* tasks() {
      yield [{ task_id: 't-1', colour: 'red' }];
    }
    wrong.readUnfinished.restore = () => Promise.resolve({ record: {}, unfinished: () => tasks() });
    const response = await wrong.post('recovery/restore/s-1');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow(
      `POST ${BASE}/recovery/restore/s-1 was answered 200, not as documented:`,
    );
  });
});
