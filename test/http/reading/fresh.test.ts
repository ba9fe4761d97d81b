import { describe, expect, it } from 'vitest';
import { expectBalanced } from '../../support/application/balance.js';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';

/** With what each shows of a completed session with a pending and a failed task. */
const READS = [
  ['GET', 'sessions?fresh=true', '"total":1'],
  ['GET', 'sessions?fresh=true&include=progress', '"by_status":{"failed":1,"pending":1}'],
  ['GET', 'tasks?fresh=true', '"total":2'],
  ['GET', 'sessions/s-1/tasks?fresh=true', '"total":2'],
  ['GET', 'sessions/s-1/progress?fresh=true', '"by_status":{"failed":1,"pending":1}'],
  ['GET', 'failures?fresh=true', '"total":1'],
  ['GET', 'stats?fresh=true', '"by_status":{"failed":1,"pending":1}'],
  ['GET', 'sessions/s-1/export?format=ndjson', '"task_id":"t-2"'],
  ['GET', 'recovery/incomplete-sessions', '"count":1'],
  ['POST', 'recovery/restore/s-1', '"tasks_count":1'],
] as const;

describe.each([
  ['one store', false],
  ['a store for each collection', true],
])('with %s, everything accepted before, and what waited for it, is in', (_name, split) => {
  it.each(READS)('%s %s', async (method, path, shown) => {
    const app = anHttpApp({ split });
    const orphans = [aTask('t-1'), aTask('t-2', { status: 'failed' })];
    await app.ok(await app.post('tasks/batch', { tasks: orphans }));
    await app.ok(await app.post('flush'));
    expect(await app.countQuarantined.count()).toBe(2);
    const sessions = [aSession('s-1', { status: 'completed' })];
    await app.ok(await app.post('sessions/batch', { sessions }));
    const response = await app.request(method, path);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(shown);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0 });
    expect(await app.countQuarantined.count()).toBe(0);
    expectBalanced(app);
  });
});

it.each(READS)('is 503 when the store is away: %s %s', async (method, path) => {
  const app = anHttpApp();
  await app.ok(await app.post('sessions/batch', { sessions: [aSession('s-1')] }));
  app.sessionStore.down = true;
  const problem = await app.problem(await app.request(method, path));
  expect(problem).toMatchObject({ status: 503, error_code: 'STORAGE_UNAVAILABLE' });
});
