import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { anHttpApp, aSession, aTask, BASE, type HttpTestApp } from '../../support/http/http-app.js';
import { sendRaw, served } from '../../support/http/served-app.js';

const END = 'connection: close\r\n\r\n';
const get = (target: string, ...headers: readonly string[]) =>
  `GET ${target} HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}${END}`;
const LOCAL = 'host: localhost';

async function toTheService(text: string, app: HttpTestApp = anHttpApp()) {
  const { port } = await served(app);
  return sendRaw(port, text);
}

const requestsIn = ({ logger }: HttpTestApp) =>
  logger.lines.filter(({ message }) => message === 'request').map(({ fields }) => fields);

describe('a health probe is answered like any other', () => {
  describe.each(['/health', '/health/live', '/health/ready'])('%s', (path) => {
    it.each([
      ['in HTTP/1.0 without a Host header', `GET ${path} HTTP/1.0\r\n\r\n`],
      ['in HTTP/1.0 with one', `GET ${path} HTTP/1.0\r\n${LOCAL}\r\n\r\n`],
      ['in HTTP/1.1 without one', get(path)],
      ['in HTTP/1.1 with an empty one', get(path, 'host:')],
      ['as a HEAD request without one', `HEAD ${path} HTTP/1.0\r\n\r\n`],
    ])('%s', async (_, text) => {
      const app = anHttpApp();
      const { status, headers } = await toTheService(text, app);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toContain('application/json');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(requestsIn(app)).toMatchObject([{ route: path, status: 200 }]);
    });
  });
});

const REFUSED: readonly (readonly [what: string, text: string, status: number, code: string])[] = [
  ['without a Host header', get(`${BASE}/tasks`), 400, 'HTTP_400'],
  ['with an empty one', get(`${BASE}/tasks`, 'host:'), 400, 'HTTP_400'],
  ['in HTTP/1.0 without one', `GET ${BASE}/tasks HTTP/1.0\r\n\r\n`, 400, 'HTTP_400'],
  ['with two Host headers', get('/health', LOCAL, 'host: evil.example'), 400, 'HTTP_400'],
  ['with the same one twice', get('/health', LOCAL, LOCAL), 400, 'HTTP_400'],
  ...['a b', 'user@localhost', 'localhost/x', 'localhost?', 'localhost:port', 'localhost:1:2'].map(
    (host) => [`with the Host ${host}`, get('/health', `host: ${host}`), 400, 'HTTP_400'] as const,
  ),
  ...['localhost:99999', '[::1', '::1', 'a,b', 'ä', 'a%2e'].map(
    (host) => [`with the Host ${host}`, get('/health', `host: ${host}`), 400, 'HTTP_400'] as const,
  ),
  ['for all of the service', `OPTIONS * HTTP/1.1\r\n${LOCAL}\r\n${END}`, 405, 'HTTP_405'],
  ['to get all of the service', get('*', LOCAL), 405, 'HTTP_405'],
  ['with an expectation', get('/health', LOCAL, 'expect: x'), 417, 'HTTP_417'],
  ...['gzip, chunked', 'deflate\r\ntransfer-encoding: chunked'].map(
    (coding) =>
      [
        `with the transfer coding ${coding.replace('\r\n', ' ')}`,
        `POST ${BASE}/flush HTTP/1.1\r\n${LOCAL}\r\ntransfer-encoding: ${coding}\r\n${END}0\r\n\r\n`,
        400,
        'HTTP_400',
      ] as const,
  ),
  [
    'with a second Host behind a hundred other headers',
    get('/health', LOCAL, ...Array<string>(100).fill('x-a: b'), 'host: evil.example'),
    431,
    'HTTP_431',
  ],
  ['with a backslash in its path', get(`${BASE}\\tasks`, LOCAL), 400, 'HTTP_400'],
  ['with a backslash and dots', get(`${BASE}/sessions/..\\tasks`, LOCAL), 400, 'HTTP_400'],
  ['for another scheme', get('ftp://localhost/health', LOCAL), 400, 'HTTP_400'],
  ['for another host than its Host', get('http://a.example/health', LOCAL), 400, 'HTTP_400'],
  ['for a user', get('http://user@localhost/health', 'host: user@localhost'), 400, 'HTTP_400'],
  ...['%2E%2E', '..', '%2e.', '.%2E', '.', '%2e'].map(
    (dots) =>
      [`with ${dots}`, get(`${BASE}/sessions/${dots}/tasks`, LOCAL), 404, 'HTTP_404'] as const,
  ),
  ['that ends in ..', get(`${BASE}/sessions/..`, LOCAL), 404, 'HTTP_404'],
  ['that ends in %2e before a query', get(`${BASE}/tasks/%2e?fresh=true`, LOCAL), 404, 'HTTP_404'],
  ['with .. and a host', get(`http://localhost/docs/../health`, LOCAL), 404, 'HTTP_404'],
];

describe('a request that is refused before routing', () => {
  it.each(REFUSED)('%s gets a problem', async (_, text, status, code) => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    await app.ok(await app.post('tasks/batch?ack=stored', { tasks: [aTask()] }));
    const answer = await toTheService(text.replace('\r\n', '\r\nx-request-id: mine-1\r\n'), app);
    expect(answer.status).toBe(status);
    expect(answer.problem).toMatchObject({ status, error_code: code, request_id: 'mine-1' });
    expect(answer.headers.get('x-request-id')).toBe('mine-1');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.body).not.toContain('t-1');
  });

  it.each(REFUSED)('%s is in the log and in the metrics', async (_, text, status) => {
    const app = anHttpApp();
    const { headers } = await toTheService(text, app);
    const method = text.slice(0, text.indexOf(' '));
    const request_id = headers.get('x-request-id');
    expect(request_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(requestsIn(app)).toMatchObject([
      { request_id, method, route: expect.any(String), status },
    ]);
    const metrics = await (await app.get('/api/v1/system/metrics')).text();
    expect(metrics).toMatch(
      new RegExp(
        `^api_requests_total\\{endpoint="[^"]+",method="${method}",status="${status}"\\} 1$`,
        'm',
      ),
    );
  });

  it('says what is wrong and what to do', async () => {
    const details = new Map<string, string | undefined>();
    for (const [what, text] of REFUSED)
      details.set(what, (await toTheService(text)).problem.detail);
    expect(details.get('without a Host header')).toBe(
      'The request has no Host header; only /health, /health/live and /health/ready are answered without one.',
    );
    expect(details.get('with two Host headers')).toBe('The request has 2 Host headers; send one.');
    expect(details.get('with the Host a b')).toBe(
      'The Host header "a b" is not a name or an address, with or without a port.',
    );
    expect(details.get('with an expectation')).toBe(
      'The Expect header "x" is not supported; use 100-continue.',
    );
    expect(details.get('with a backslash in its path')).toBe(
      'The path has a backslash; in an id write it as %5C.',
    );
    expect(details.get('with ..')).toBe(
      'A path with a segment . or .. (or %2E) matches no route; these are not valid ids.',
    );
  });

  it('with a body is refused as well', async () => {
    const app = anHttpApp();
    const body = JSON.stringify({ sessions: [aSession()] });
    const head = `POST ${BASE}/sessions/batch HTTP/1.1\r\n${LOCAL}\r\nexpect: x\r\n`;
    const type = `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    expect((await toTheService(head + type + body, app)).status).toBe(417);
    expect(app.buffer.snapshot().accepted).toBe(0);
  });

  it('does not affect the next one on its connection', async () => {
    const { status, rest } = await toTheService(
      `GET ${BASE}/sessions/../tasks HTTP/1.1\r\n${LOCAL}\r\n\r\n${get('/health/live', LOCAL)}`,
    );
    expect(status).toBe(404);
    expect(rest).toContain('HTTP/1.1 200 OK');
  });
});

describe('an unusual request is served', () => {
  it.each([
    ['with capitals in its Host', get('/health/live', 'Host: LocalHost:8001')],
    ['with an address of IPv6', get('/health/live', 'host: [::1]:8001')],
    ['with a whole URL', get('http://localhost/health/live', LOCAL)],
    ['with a whole URL without a path', get('http://localhost?x', LOCAL), 302],
    ['with a port in both', get('http://localhost:80/health/live', 'host: localhost:80')],
    ['with Expect: 100-continue', get('/health/live', LOCAL, 'expect: 100-continue')],
    ['in HTTP/1.0 with an expectation', `GET /health/live HTTP/1.0\r\nexpect: x\r\n\r\n`],
    ['with dots in an id', get(`${BASE}/tasks/...`, LOCAL), 404],
    ['with dots in its query', get('/health/live?/../x', LOCAL), 422],
    ['with a backslash in its query', get(`${BASE}/sessions?filename=a\\b`, LOCAL)],
  ])('%s', async (_, text, status = 200) => {
    expect((await toTheService(text)).status).toBe(status);
  });

  it.each(['a\\b', '%5C..', '..%2F', '%2E%2E', '.x'])(
    'with an id that needs escapes: %s',
    async (id) => {
      const app = anHttpApp();
      await app.ok(await app.post('sessions/batch', { sessions: [aSession(id)] }));
      const path = `${BASE}/sessions/${encodeURIComponent(id)}`;
      expect((await toTheService(get(path, LOCAL), app)).status).toBe(200);
    },
  );
});

describe('a request that cannot be read', () => {
  it.each([
    ['is not HTTP', 'HELO\r\n\r\n', 400],
    [
      'has two lengths',
      `POST / HTTP/1.1\r\n${LOCAL}\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n`,
      400,
    ],
    ['has headers beyond the limit', `GET / HTTP/1.1\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['stops in its headers', 'GET / HTTP/1.1\r\nho', 408],
    ['asks for a tunnel', `CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n`, 405],
  ])('because it %s is in the log and in the metrics', async (_, text, status) => {
    const app = anHttpApp();
    const { port } = await served(app, { requestTimeout: 100 });
    const { problem, headers, ...answer } = await sendRaw(port, text);
    expect(answer.status).toBe(status);
    expect(problem).toMatchObject({ status, error_code: `HTTP_${status}` });
    expect(problem).toMatchObject({ type: `urn:persistence-service:problem:http-${status}` });
    const request_id = headers.get('x-request-id');
    expect(requestsIn(app)).toMatchObject([{ request_id, route: 'unknown', status }]);
    const metrics = await (await app.get('/api/v1/system/metrics')).text();
    expect(metrics).toMatch(
      new RegExp(
        `^api_requests_total\\{endpoint="unknown",method="(unknown|CONNECT)",status="${status}"\\} 1$`,
        'm',
      ),
    );
  });

  it('because its body stops is in the log once, with its answer', async () => {
    const app = anHttpApp();
    const { port } = await served(app, { requestTimeout: 100 });
    const head = `POST ${BASE}/tasks/batch HTTP/1.1\r\n${LOCAL}\r\ncontent-length: 9\r\n`;
    const { status } = await sendRaw(port, `${head}content-type: application/json\r\n\r\n{"t`);
    expect(status).toBe(408);
    await expect.poll(() => requestsIn(app).map((fields) => fields.status)).toEqual([408]);
  });

  it('because its path is not percent-encoded gets that reason', async () => {
    const { status, problem } = await toTheService(get(`${BASE}/sessions/漢`, LOCAL));
    expect(status).toBe(400);
    expect(problem.detail).toBe(
      'The path or the query has characters that must be percent-encoded, in UTF-8.',
    );
  });

  it('because its client sent nothing and disconnected is not logged', async () => {
    const app = anHttpApp();
    const { port, server } = await served(app);
    const client = connect(port, '127.0.0.1').resume();
    const [connection] = (await once(server, 'connection')) as [Socket];
    client.end();
    await once(connection, 'close');
    expect(requestsIn(app)).toEqual([]);
  });
});
