import { describe, expect, it } from 'vitest';
import { StorageUnavailableError } from '../../../src/domain/errors.js';
import { anApiKey, bearer } from '../../support/http/api-keys.js';
import { anHttpApp, aSession, type HttpTestApp } from '../../support/http/http-app.js';
import { command, networkOf } from '../../support/processes/command-line.js';

const SERVER = 'mysql tales_app@db.internal:3306/tales_jobs';
const WORDS = ['tales_app', 'db.internal', '3306', 'tales_jobs'];
const REASON = 'the connection was refused (ECONNREFUSED)';
const admin = anApiKey('operator', 'admin');
const reader = anApiKey('dashboard', 'read', 'write');
const access = { apiKeys: [admin.key, reader.key] };

/** An application whose store is a server that does not answer. */
function withoutItsServer(app: HttpTestApp): HttpTestApp {
  const gone = () =>
    Promise.reject(new StorageUnavailableError('mysql', REASON, undefined, { where: SERVER }));
  Object.assign(app.sessionStore, { healthCheck: gone, read: gone, query: gone, count: gone });
  return app;
}

const problemsOf = async (response: Response) => {
  expect(response.status).toBe(503);
  return ((await response.json()) as { problems: string[] }).problems;
};

describe('the health of a store that does not answer', () => {
  it.each([
    ['without a key', {}, {}],
    ['where there are none', { apiKeys: [] }, {}],
    ['where there are none, with a token', { apiKeys: [] }, bearer(admin.token)],
    ['with an unknown key', {}, bearer('psk_guessed')],
    ['with a key that may only read and write', {}, bearer(reader.token)],
  ])('shows the kind of failure, and no user, host or database: %s', async (_, more, init) => {
    const app = withoutItsServer(anHttpApp({}, { access: { ...access, ...more } }));
    const response = await app.request('GET', '/health', init);
    const text = await response.clone().text();
    for (const word of WORDS) expect(text).not.toContain(word);
    expect(await problemsOf(response)).toEqual([`storage memory: ${REASON}`]);
  });

  it('shows all details for an administrator key', async () => {
    const app = withoutItsServer(anHttpApp({}, { access }));
    const response = await app.request('GET', '/health', bearer(admin.token));
    expect(await problemsOf(response)).toEqual([`storage memory: ${SERVER}: ${REASON}`]);
  });

  it('does not show unforeseen details, except to an administrator', async () => {
    const app = anHttpApp({}, { access });
    app.sessionStore.healthCheck = () => Promise.reject(new Error(`${SERVER}: out of its mind`));
    expect(await problemsOf(await app.get('/health'))).toEqual([
      'storage memory: it fails with an unknown error',
    ]);
    const response = await app.request('GET', '/health', bearer(admin.token));
    expect(await problemsOf(response)).toEqual([`storage memory: ${SERVER}: out of its mind`]);
  });

  it('names the key of a probe in the log, like that of any other request', async () => {
    const app = anHttpApp({}, { access });
    await app.request('GET', '/health', bearer(admin.token));
    expect(app.logger.lines.at(-1)?.fields).toMatchObject({ route: '/health', key: 'operator' });
  });

  it('is shown by the health command, in full with an administrator key', async () => {
    const app = withoutItsServer(anHttpApp({}, { access }));
    const ask = async (env: Record<string, string>) =>
      (await command(['health'], { env, fetch: networkOf(app) })).stdout;
    expect(await ask({})).toContain(`- storage memory: ${REASON}\n`);
    expect(await ask({ PERSISTENCE_API_KEY: admin.token })).toContain(
      `- storage memory: ${SERVER}: ${REASON}\n`,
    );
  });
});

describe('guessed keys in probes', () => {
  it('count for their address; beyond its limit no token is checked, and no probe is refused', async () => {
    const app = withoutItsServer(anHttpApp({}, { access: { ...access, rateLimit: 2 } }));
    const ask = (token: string) => app.request('GET', '/health', bearer(token), '192.0.2.1');
    expect(await problemsOf(await ask('psk_1'))).not.toContain(SERVER);
    expect(await problemsOf(await ask('psk_2'))).not.toContain(SERVER);
    expect(await problemsOf(await ask(admin.token))).toEqual([`storage memory: ${REASON}`]);
    const elsewhere = await app.request('GET', '/health', bearer(admin.token), '192.0.2.2');
    expect(await problemsOf(elsewhere)).toEqual([`storage memory: ${SERVER}: ${REASON}`]);
  });
});

describe('a request whose store does not answer', () => {
  it.each([
    ['where there are no keys', { apiKeys: [] }, {}],
    ['with a key that may only read and write', {}, bearer(reader.token)],
  ])('names no user, host or database: %s', async (_, more, init) => {
    const app = withoutItsServer(anHttpApp({}, { access: { ...access, ...more } }));
    for (const path of ['sessions', 'sessions/s-1', 'tasks/t-1']) {
      const response = await app.request('GET', path, init);
      const problem = await app.problem(response);
      expect(problem).toMatchObject({ status: 503, error_code: 'STORAGE_UNAVAILABLE' });
      expect(problem.detail).toBe(REASON);
    }
  });

  it('names none of them in the answer to a write that waits for the store either', async () => {
    const app = withoutItsServer(anHttpApp({}, { access }));
    app.sessionStore.write = app.sessionStore.healthCheck as never;
    const send = (path: string, token: string, body?: object) =>
      app.request('POST', path, {
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { ...bearer(token).headers, 'content-type': 'application/json' },
      });
    const stored = { sessions: [aSession()] };
    for (const [path, body] of [['sessions/batch?ack=stored', stored], ['flush']] as const) {
      const problem = await app.problem(await send(path, reader.token, body));
      expect(problem).toMatchObject({ status: 503, request_id: expect.any(String) });
      for (const word of WORDS) expect(JSON.stringify(problem)).not.toContain(word);
      const inFull = await app.problem(await send(path, admin.token, body));
      expect(inFull.detail).toContain(SERVER);
    }
  });

  it('names them to an administrator', async () => {
    const app = withoutItsServer(anHttpApp({}, { access }));
    const response = await app.request('GET', 'sessions', bearer(admin.token));
    expect((await app.problem(response)).detail).toBe(`${SERVER}: ${REASON}`);
  });
});

describe('the log', () => {
  it('names the server', async () => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    app.sessionStore.write = () =>
      Promise.reject(new StorageUnavailableError('mysql', REASON, undefined, { where: SERVER }));
    await app.post('flush');
    const [line] = app.logger.lines.filter(({ fields }) => fields.err !== undefined);
    expect(line?.fields.err).toMatchObject({ message: REASON, where: SERVER });
  });
});
