import { describe, expect, it } from 'vitest';
import {
  anHttpApp,
  aSession,
  aTask,
  type HttpTestApp,
  type Page,
  type Problem,
} from '../../support/http/http-app.js';

async function aStore(): Promise<HttpTestApp> {
  const app = anHttpApp();
  const sessions = [aSession('s-1', { status: 'completed' }), aSession('s-2')];
  await app.ok(await app.post('sessions/batch', { sessions }));
  const failed = { status: 'failed', error_message: 'timeout after 30s' };
  const tasks = [
    aTask('a', { sheet_name: 'Items', status: 'completed' }),
    aTask('b', { sheet_name: 'Items', ...failed }),
    aTask('c', { sheet_name: 'Quests', ...failed }),
    aTask('d', { session_id: 's-2', status: 'pending' }),
  ];
  await app.ok(await app.post('tasks/batch', { tasks }));
  await app.ok(await app.post('flush'));
  return app;
}

describe('GET /sessions/{id}/progress', () => {
  it('counts the tasks of each sheet by status', async () => {
    const app = await aStore();
    expect(await app.ok(await app.get('sessions/s-1/progress'))).toEqual({
      session_id: 's-1',
      total: 3,
      by_status: { completed: 1, failed: 2 },
      sheets: [
        { sheet_name: 'Items', total: 2, by_status: { completed: 1, failed: 1 } },
        { sheet_name: 'Quests', total: 1, by_status: { failed: 1 } },
      ],
    });
  });

  it('is 404 for an unknown session, and 422 for an unknown parameter', async () => {
    const app = await aStore();
    expect((await app.get('sessions/s-9/progress')).status).toBe(404);
    expect((await app.get('sessions/s-1/progress?sheet=1')).status).toBe(422);
  });
});

describe('GET /sessions?include=progress', () => {
  it('adds its progress to each session', async () => {
    const app = await aStore();
    const page = await app.ok<Page>(
      await app.get('sessions?include=progress&sort_by=session_id&order=asc'),
    );
    expect(page.items.map(({ progress }) => progress)).toEqual([
      { total: 3, by_status: { completed: 1, failed: 2 } },
      { total: 1, by_status: { pending: 1 } },
    ]);
    const plain = await app.ok<Page>(await app.get('sessions'));
    for (const item of plain.items) expect(item).not.toHaveProperty('progress');
  });

  it('accepts nothing else', async () => {
    const app = await aStore();
    expect((await app.get('sessions?include=tasks')).status).toBe(422);
    expect((await app.get('tasks?include=progress')).status).toBe(422);
  });

  it('adds it to every session of a page that is sent in pieces', async () => {
    const app = anHttpApp();
    const metadata = { notes: 'x'.repeat(900_000) };
    const sessions = Array.from({ length: 5 }, (_, index) => aSession(`s-${index}`, { metadata }));
    await app.ok(await app.post('sessions/batch', { sessions }));
    const tasks = sessions.map(({ session_id }) => aTask(`t-${session_id}`, { session_id }));
    await app.ok(await app.post('tasks/batch', { tasks }));
    const page = await app.ok<Page>(await app.get('sessions?include=progress&fresh=true'));
    expect(page.items).toHaveLength(5);
    for (const item of page.items) expect(item).toMatchObject({ progress: { total: 1 } });
  });
});

describe('GET /failures', () => {
  it('groups failed tasks by cause, of all sessions or of one', async () => {
    const app = await aStore();
    const found = await app.ok(await app.get('failures'));
    expect(found).toMatchObject({
      total: 2,
      truncated: false,
      groups: [{ message: 'timeout after <number>s', count: 2, sessions: ['s-1'] }],
    });
    expect(await app.ok(await app.get('failures?session_id=s-2&limit=1'))).toEqual({
      total: 0,
      truncated: false,
      groups: [],
    });
  });

  it.each(['0', '1001', 'x'])('refuses the limit %j', async (limit) => {
    const app = await aStore();
    expect((await app.get(`failures?limit=${limit}`)).status).toBe(422);
  });
});

describe('POST /sessions/{id}/retry', () => {
  const statuses = async (app: HttpTestApp) => {
    const { items } = await app.ok<Page>(
      await app.get('sessions/s-1/tasks?sort_by=task_id&order=asc&fresh=true'),
    );
    return items.map(({ status }) => status);
  };

  it('without a body sets every failed task back, so that recovery lists the session', async () => {
    const app = await aStore();
    expect(await app.ok(await app.post('sessions/s-1/retry'))).toEqual({
      session_id: 's-1',
      retried_tasks: 2,
    });
    expect(await statuses(app)).toEqual(['completed', 'pending', 'pending']);
    const restored = await app.ok(await app.post('recovery/restore/s-1'));
    expect(restored).toMatchObject({ tasks_count: 2, session: { status: 'processing' } });
  });

  it.each([
    [{}, ['completed', 'pending', 'pending']],
    [{ sheet_name: 'Items' }, ['completed', 'pending', 'failed']],
    [{ task_ids: ['c', 'a', 'd'] }, ['completed', 'failed', 'pending']],
    [{ message: 'timeout after <number>s' }, ['completed', 'pending', 'pending']],
    [{ message: 'other' }, ['completed', 'failed', 'failed']],
    [{ sheet_name: 'Items', task_ids: ['c'] }, ['completed', 'failed', 'failed']],
    [{ batch_id: 'none' }, ['completed', 'failed', 'failed']],
  ])('with %j sets back those that meet all of it', async (body, expected) => {
    const app = await aStore();
    await app.ok(await app.post('sessions/s-1/retry', body));
    expect(await statuses(app)).toEqual(expected);
  });

  it.each([
    [{ status: 'failed' }, 'status'],
    [{ task_ids: 'c' }, 'task_ids'],
    [[], ''],
    [null, 'found null'],
  ])('refuses %j, and changes nothing', async (body, path) => {
    const app = await aStore();
    const response = await app.post('sessions/s-1/retry', body);
    expect(response.status).toBe(422);
    expect(JSON.stringify((await response.json()) as Problem)).toContain(path);
    expect(await statuses(app)).toEqual(['completed', 'failed', 'failed']);
  });

  it('finds the longest names and ids, whatever their characters are', async () => {
    const app = await aStore();
    const [id, sheet_name] = ['𠮷'.repeat(64), '𠮷'.repeat(255)];
    const names = { batch_id: id, sheet_name };
    const task = aTask(id, { ...names, status: 'failed' });
    await app.ok(await app.post('tasks/batch', { tasks: [task] }));
    const retried = await app.post('sessions/s-1/retry', { ...names, task_ids: [id] });
    expect(await app.ok(retried)).toMatchObject({ retried_tasks: 1 });
  });

  it.each([
    [{ sheet_name: '𠮷'.repeat(256) }, 'sheet_name'],
    [{ batch_id: '𠮷'.repeat(65) }, 'batch_id'],
    [{ task_ids: ['𠮷'.repeat(65)] }, 'task_ids[0]'],
  ])('refuses a longer name or id: %j', async (body, path) => {
    const app = await aStore();
    const problem = await app.problem(await app.post('sessions/s-1/retry', body));
    expect(problem).toMatchObject({ status: 422, errors: [{ path }] });
  });

  it('is 404 for an unknown session', async () => {
    const app = await aStore();
    expect((await app.post('sessions/s-9/retry')).status).toBe(404);
  });
});
