import { describe, expect, it } from 'vitest';
import { toRecord } from '../../../src/domain/write.js';
import { settle } from '../../support/application/fake-clock.js';
import {
  anHttpApp,
  aSession,
  type HttpTestApp,
  type Problem,
} from '../../support/http/http-app.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';

/** Reads of a store that answers on demand; `order` records the filters in processing order. */
async function withSlowStore() {
  const app = anHttpApp();
  await app.ok(await app.post('sessions/batch', { sessions: [aSession('s-1')] }));
  await app.ok(await app.post('flush'));
  const { sessionStore } = app;
  const query = sessionStore.query.bind(sessionStore);
  const order: string[] = [];
  const answers: (() => void)[] = [];
  sessionStore.query = async (collection, asked) => {
    const [condition] = asked.conditions;
    order.push(condition?.kind === 'one-of' ? String(condition.values[0]) : '');
    await new Promise<void>((resolve) => answers.push(resolve));
    return query(collection, asked);
  };
  const answer = async () => {
    answers.shift()?.();
    await settle();
  };
  return { app, order, answer, answers };
}

/**
 * Requests a list of sessions as a client at an address; nobody reads the answer of a disconnected
 * client.
 */
function ask(
  app: HttpTestApp,
  status: string,
  from: string,
  signal?: AbortSignal,
): Promise<Response> {
  const init = signal === undefined ? {} : { signal };
  const answer = app.request('GET', `sessions?status=${status}`, init, from);
  answer.catch(() => undefined);
  return answer;
}

describe('reads of many records', () => {
  it('run four at a time, and the clients take turns', async () => {
    const { app, order, answer } = await withSlowStore();
    for (const status of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) void ask(app, status, '10.0.0.1');
    await settle();
    for (const status of ['b1', 'b2']) void ask(app, status, '10.0.0.2');
    await settle();
    expect(order).toEqual(['a1', 'a2', 'a3', 'a4']);
    for (let count = 0; count < 4; count += 1) await answer();
    expect(order.slice(4)).toEqual(['a5', 'b1', 'a6', 'b2']);
  });

  it('of a disconnected client are not started', async () => {
    const { app, order, answer } = await withSlowStore();
    for (const status of ['a1', 'a2', 'a3', 'a4']) void ask(app, status, '10.0.0.1');
    const leaving = new AbortController();
    for (const status of ['x1', 'x2', 'x3']) void ask(app, status, '10.0.0.1', leaving.signal);
    void ask(app, 'b1', '10.0.0.2');
    await settle();
    leaving.abort();
    for (let count = 0; count < 4; count += 1) await answer();
    expect(order).toEqual(['a1', 'a2', 'a3', 'a4', 'b1']);
  });

  it('are queued up to 50 per client; more are 503, and another client is still queued', async () => {
    const { app, answer, answers } = await withSlowStore();
    const asked = Array.from({ length: 54 }, (_, index) => ask(app, `a${index}`, '10.0.0.1'));
    await settle();
    const refused = await app.request('GET', 'sessions?status=more', {}, '10.0.0.1');
    expect(refused.headers.get('retry-after')).toBe('1');
    const problem = (await refused.json()) as Problem;
    expect(problem).toMatchObject({ status: 503, error_code: 'STORAGE_UNAVAILABLE' });
    expect(problem.detail).toContain('50 of this client');
    const other = ask(app, 'b1', '10.0.0.2');
    while (answers.length > 0) await answer();
    for (const each of [...asked, other]) expect((await each).status).toBe(200);
  });

  it('go on with an answer that has begun, however many are queued', async () => {
    const { app, answer, answers } = await withSlowStore();
    async function* tasks() {
      const chunk = Array.from({ length: 500 }, () => toRecord(TASKS, taskWrite('t-1', 0)));
      for (let chunks = 0; chunks < 10; chunks += 1) yield chunk;
    }
    const record = toRecord(SESSIONS, sessionWrite('s-1', 0));
    app.readUnfinished.restore = async () => ({ record, unfinished: tasks });
    const restored = await app.request('POST', 'recovery/restore/s-1', {}, '10.0.0.1');
    for (let count = 0; count < 54; count += 1) void ask(app, `a${count}`, '10.0.0.1');
    for (let count = 0; count < 50; count += 1) void ask(app, `b${count}`, '10.0.0.2');
    await settle();
    const whole = restored.json();
    whole.catch(() => undefined);
    await settle();
    while (answers.length > 0) await answer();
    expect(await whole).toMatchObject({ tasks_count: 5000 });
  });

  it.each([
    ['GET', 'sessions?fresh=true'],
    ['GET', 'tasks?fresh=true'],
    ['GET', 'sessions/s-1/tasks?fresh=true'],
    ['GET', 'sessions/s-1/progress?fresh=true'],
    ['GET', 'failures?fresh=true'],
    ['GET', 'stats?fresh=true'],
    ['GET', 'sessions/s-1/export?format=ndjson'],
    ['GET', 'recovery/incomplete-sessions'],
    ['POST', 'recovery/restore/s-1'],
  ])('that wait for a flush do not delay others: %s %s', async (method, path) => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession('s-1')] }));
    const release = app.sessionStore.hang();
    const waiting = Array.from({ length: 8 }, () => app.request(method, path, {}, '10.0.0.1'));
    await settle();
    let plain = 0;
    void app.request('GET', 'sessions', {}, '10.0.0.2').then(({ status }) => {
      plain = status;
    });
    await settle();
    expect(plain).toBe(200);
    release();
    for (const each of waiting) expect((await each).status).toBe(200);
  });

  it('do not delay a read by id or a health check', async () => {
    const { app } = await withSlowStore();
    for (let count = 0; count < 20; count += 1) void ask(app, `a${count}`, '10.0.0.1');
    await settle();
    expect((await app.get('sessions/s-1')).status).toBe(200);
    expect((await app.get('/health')).status).toBe(200);
  });
});
