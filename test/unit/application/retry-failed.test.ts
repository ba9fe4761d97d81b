import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { type Application, anApplication } from '../../support/application/application.js';
import { expectBalanced } from '../../support/application/balance.js';
import { quarantined } from '../../support/http/pages.js';
import { aSessionRecord, aTaskRecord } from '../../support/records/records.js';

const ALL = { conditions: [], cause: null };

async function aSession(count = 3, options = {}): Promise<Application> {
  const app = anApplication(options);
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'failed' })]);
  for (let from = 0; from < count; from += 500) {
    const size = Math.min(500, count - from);
    const tasks = Array.from({ length: size }, (_, index) =>
      aTaskRecord(`t-${from + index}`, {
        status: 'failed',
        error_message: `rate limit ${from + index}`,
        target_text: 'half',
        retry_count: 2,
        sheet_name: index % 2 === 0 ? 'Items' : 'Quests',
      }),
    );
    await app.acceptBatch.accept(TASKS, tasks);
    await app.clock.advance(10);
  }
  await app.buffer.flush();
  await app.clock.advance(1000);
  return app;
}

const task = (app: Application, key: string) => app.queryRecords.find(TASKS, key);

describe('a retry', () => {
  it('sets failed records back, and lists them and their finished parent for recovery', async () => {
    const app = await aSession();
    const before = await task(app, 't-1');
    expect(await app.retryFailed.run(TASKS, 's-1', ALL)).toBe(3);
    expect(await task(app, 't-1')).toEqual({
      ...before,
      status: 'pending',
      error_message: null,
      retry_count: 3,
      updated_at: expect.any(Number),
    });
    expect((await task(app, 't-1'))?.updated_at).toBeGreaterThan(Number(before?.updated_at));
    expect(await app.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ status: 'processing' });
    await app.buffer.flush();
    const restored = await app.readUnfinished.restore(SESSIONS, 's-1');
    const keys: unknown[] = [];
    for await (const chunk of restored?.unfinished(TASKS) ?? [])
      keys.push(...chunk.map(({ task_id }) => task_id));
    expect(keys.sort()).toEqual(['t-0', 't-1', 't-2']);
    expectBalanced(app);
  });

  it('takes no place of a write that names another session, and comes while it reads', async () => {
    const app = await aSession();
    const { taskStore } = app;
    const query = taskStore.query.bind(taskStore);
    taskStore.query = async (...parameters) => {
      const found = await query(...parameters);
      taskStore.query = query;
      await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { session_id: 's-2' })]);
      return found;
    };
    expect(await app.retryFailed.run(TASKS, 's-1', ALL)).toBe(2);
    await app.buffer.flush();
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      { write: { key: 't-1' }, reason: expect.stringContaining('SESSION_MISMATCH') },
    ]);
    expect(await task(app, 't-1')).toMatchObject({ status: 'failed' });
    expectBalanced(app);
  });

  it('of thousands of records sets back each of them once', async () => {
    const app = await aSession(1201);
    expect(await app.retryFailed.run(TASKS, 's-1', ALL)).toBe(1201);
    expect(await app.retryFailed.run(TASKS, 's-1', ALL)).toBe(0);
    await app.buffer.flush();
    const { byStatus, sums } = await app.taskStore.summarize(TASKS);
    expect(byStatus).toEqual({ pending: 1201 });
    expect(sums.retry_count).toEqual({ sum: 3 * 1201, count: 1201 });
    expectBalanced(app);
  });

  it.each([
    [
      'a field',
      { conditions: [{ kind: 'one-of', field: 'sheet_name', values: ['Items'] }], cause: null },
      2,
    ],
    [
      'keys',
      { conditions: [{ kind: 'one-of', field: 'task_id', values: ['t-1', 'x'] }], cause: null },
      1,
    ],
    ['no keys', { conditions: [{ kind: 'one-of', field: 'task_id', values: [] }], cause: null }, 0],
    ['a cause', { conditions: [], cause: 'rate limit <number>' }, 3],
    ['a message', { conditions: [], cause: 'rate limit 77' }, 3],
    ['another cause', { conditions: [], cause: 'time out' }, 0],
  ] as const)('can be limited to %s', async (_, selection, expected) => {
    const app = await aSession();
    expect(await app.retryFailed.run(TASKS, 's-1', selection)).toBe(expected);
    const session = await app.queryRecords.find(SESSIONS, 's-1');
    expect(session?.status).toBe(expected > 0 ? 'processing' : 'failed');
  });

  it('leaves records alone that are not failed, an unfinished parent, and other parents', async () => {
    const app = await aSession();
    await app.acceptBatch.accept(SESSIONS, [
      aSessionRecord('s-1', { status: 'waiting' }),
      aSessionRecord('s-2', { status: 'failed' }),
    ]);
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('t-0', { status: 'completed' }),
      aTaskRecord('other', { session_id: 's-2', status: 'failed' }),
    ]);
    expect(await app.retryFailed.run(TASKS, 's-1', ALL)).toBe(2);
    expect(await task(app, 't-0')).toMatchObject({ status: 'completed' });
    expect(await task(app, 'other')).toMatchObject({ status: 'failed' });
    expect(await app.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ status: 'waiting' });
    expect(await app.queryRecords.find(SESSIONS, 's-2')).toMatchObject({ status: 'failed' });
  });

  it('counts the first retry of a record that has not counted any', async () => {
    const app = await aSession(0);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('new', { status: 'failed' })]);
    expect(await app.retryFailed.run(TASKS, 's-1', ALL)).toBe(1);
    expect(await task(app, 'new')).toMatchObject({ retry_count: 1, error_message: null });
  });

  it('of an unknown record is null', async () => {
    const app = await aSession();
    expect(await app.retryFailed.run(TASKS, 's-9', ALL)).toBeNull();
  });

  it('does not undo what is written while it reads', async () => {
    const app = await aSession();
    const open = app.taskStore.hang();
    const retry = app.retryFailed.run(TASKS, 's-1', ALL);
    await app.clock.advance(10);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'completed' })]);
    open();
    expect(await retry).toBeGreaterThan(1);
    await app.buffer.flush();
    expect(await task(app, 't-1')).toMatchObject({ status: 'completed' });
    expect(await task(app, 't-2')).toMatchObject({ status: 'pending' });
    expectBalanced(app);
  });

  it('restores nothing of a session that is deleted meanwhile', async () => {
    const app = await aSession();
    const retry = app.retryFailed.run(TASKS, 's-1', ALL);
    const deletion = app.deleteRecord.delete(SESSIONS, 's-1');
    await Promise.all([retry, deletion]);
    await app.buffer.flush();
    expect(await task(app, 't-1')).toBeNull();
    expect(await app.queryRecords.find(SESSIONS, 's-1')).toBeNull();
    expect(await app.taskStore.quarantine.count()).toBe(0);
    expectBalanced(app);
  });

  it('is stored when it is answered, if nothing may be held', async () => {
    const app = await aSession(3, { settings: { holdsAccepted: false } });
    expect(await app.retryFailed.run(TASKS, 's-1', ALL)).toBe(3);
    expect((await app.taskStore.summarize(TASKS)).byStatus).toEqual({ pending: 3 });
    expect((await app.sessionStore.read(SESSIONS, 's-1'))?.fields.status).toBe('processing');
  });

  it('can be repeated after the store was away', async () => {
    const app = await aSession();
    app.taskStore.down = true;
    await expect(app.retryFailed.run(TASKS, 's-1', ALL)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
    app.taskStore.down = false;
    await app.clock.advance(60_000);
    expect(await app.retryFailed.run(TASKS, 's-1', ALL)).toBe(3);
  });
});
