import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/session.js';
import { TASKS } from '../../../src/domain/task.js';
import { anApplication } from '../../support/application.js';
import { expectBalanced } from '../../support/balance.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../support/records.js';

const DAY = 86_400_000;

describe('recovery', () => {
  it('lists every session whose status is not a finished one, newest first, also those not flushed yet', async () => {
    const app = anApplication();
    for (const [key, status] of [
      ['s-1', 'pending'],
      ['s-2', 'completed'],
      ['s-3', 'in_progress'],
      ['s-4', 'failed'],
      ['s-5', 'complete'],
      ['s-6', 'cancelled'],
      ['s-7', 'skipped'],
    ] as const) {
      await app.acceptBatch.accept(SESSIONS, [aSessionRecord(key, { status })]);
      await app.clock.advance(1000);
    }
    const sessions = await app.recoverSession.incompleteSessions();
    expect(sessions.map(({ session_id }) => session_id)).toEqual(['s-5', 's-3', 's-1']);
  });

  it.each([
    ['one store', false],
    ['a store for each collection', true],
  ])(
    'lists finished sessions that have unfinished tasks in their place, with %s',
    async (_, split) => {
      const app = anApplication({ split });
      for (const [key, status, of] of [
        ['s-1', 'completed', 'translating'],
        ['s-2', 'processing', 'pending'],
        ['s-3', 'completed', 'completed'],
        ['s-4', 'failed', 'pending'],
      ] as const) {
        await app.acceptBatch.accept(SESSIONS, [aSessionRecord(key, { status })]);
        const tasks = ['a', 'b'].map((name) =>
          aTaskRecord(`${key}-${name}`, { session_id: key, status: of }),
        );
        await app.acceptBatch.accept(TASKS, tasks);
        await app.clock.advance(1000);
      }
      const sessions = await app.recoverSession.incompleteSessions();
      expect(sessions.map(({ session_id }) => session_id)).toEqual(['s-4', 's-2', 's-1']);
    },
  );

  it('restores a session with all its unfinished tasks, however many', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord(), aSessionRecord('s-2')]);
    await app.acceptBatch.accept(TASKS, someTasks(1203));
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('done', { status: 'completed' }),
      aTaskRecord('lost', { status: 'failed' }),
      aTaskRecord('dropped', { status: 'cancelled' }),
      aTaskRecord('passed over', { status: 'skipped' }),
      aTaskRecord('of another session', { session_id: 's-2' }),
    ]);
    const restored = await app.recoverSession.restore('s-1');
    const tasks: unknown[] = [];
    for await (const chunk of restored?.tasks ?? [])
      tasks.push(...chunk.map(({ task_id }) => task_id));
    expect(restored?.session.session_id).toBe('s-1');
    expect(new Set(tasks)).toEqual(new Set(someTasks(1203).map(({ key }) => key)));
    expect(tasks).toHaveLength(1203);
  });

  it('answers null for a session that does not exist', async () => {
    expect(await anApplication().recoverSession.restore('nothing')).toBeNull();
  });
});

describe.each([
  ['in one backend', false],
  ['in two backends', true],
])('deleting a session, %s', (_where, split) => {
  it('takes its tasks along, those that wait in the buffer included', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord(), aSessionRecord('s-2')]);
    await app.acceptBatch.accept(TASKS, someTasks(1500));
    await app.buffer.flush();
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('late'),
      aTaskRecord('other', { session_id: 's-2' }),
    ]);
    expect(await app.deleteRecord.delete(SESSIONS, 's-1')).toMatchObject({ children: 1501 });
    await app.buffer.flush();
    expect(await app.queryRecords.find(SESSIONS, 's-1')).toBeNull();
    expect(await app.queryRecords.find(TASKS, 'late')).toBeNull();
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
    expectBalanced(app);
  });

  it('answers null when there is none', async () => {
    expect(await anApplication({ split }).deleteRecord.delete(SESSIONS, 's-1')).toBeNull();
  });

  it('deletes nothing while the store is down', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    app.sessionStore.down = true;
    app.taskStore.down = true;
    await expect(app.deleteRecord.delete(SESSIONS, 's-1')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
    app.sessionStore.down = false;
    app.taskStore.down = false;
    expect(await app.queryRecords.find(TASKS, 't-1')).not.toBeNull();
  });
});

describe.each([
  ['in one backend', false],
  ['in two backends', true],
])('cleaning up, %s', (_where, split) => {
  const policy = { completedDays: 90, failedDays: 30 };

  async function withOldSessions() {
    const app = anApplication({ split });
    const statuses = ['completed', 'failed', 'processing', 'archived'];
    const write = (suffix: string) =>
      app.acceptBatch.accept(
        SESSIONS,
        statuses.map((status) => aSessionRecord(`${status}-${suffix}`, { status })),
      );
    await write('old');
    await app.acceptBatch.accept(
      TASKS,
      statuses.map((status) => aTaskRecord(`t-${status}`, { session_id: `${status}-old` })),
    );
    await app.buffer.flush();
    await app.clock.advance(60 * DAY);
    await write('new');
    return app;
  }
  const sessionsOf = async (app: Awaited<ReturnType<typeof withOldSessions>>) => {
    const sort = { field: 'created_at', direction: 'asc' } as const;
    const window = { kind: 'page', page: 1, size: 100 } as const;
    const { items } = await app.sessionStore.query(SESSIONS, { conditions: [], sort, window });
    return items.map(({ key }) => key).sort();
  };

  it('deletes finished sessions older than their limit, with their tasks, and no other', async () => {
    const app = await withOldSessions();
    expect(await app.cleanUp.run(policy, { dryRun: false })).toEqual({
      deletedSessions: 1,
      deletedTasks: 1,
    });
    expect(await sessionsOf(app)).not.toContain('failed-old');
    await app.clock.advance(31 * DAY);
    expect(await app.cleanUp.run(policy, { dryRun: false })).toEqual({
      deletedSessions: 2,
      deletedTasks: 1,
    });
    expect(await sessionsOf(app)).toEqual([
      'archived-new',
      'archived-old',
      'completed-new',
      'processing-new',
      'processing-old',
    ]);
    expect(await app.cleanUp.run(policy, { dryRun: false })).toEqual({
      deletedSessions: 0,
      deletedTasks: 0,
    });
    expectBalanced(app);
  });

  it('only counts when it is a dry run', async () => {
    const app = await withOldSessions();
    expect(await app.cleanUp.run(policy, { dryRun: true })).toEqual({
      deletedSessions: 1,
      deletedTasks: 1,
    });
    expect(await sessionsOf(app)).toHaveLength(8);
  });

  it('leaves a session alone that work was resumed on while it ran', async () => {
    const app = await withOldSessions();
    await app.clock.advance(31 * DAY);
    const { taskStore } = app;
    const remove = taskStore.delete.bind(taskStore);
    taskStore.delete = async (...call) => {
      taskStore.delete = remove;
      await app.acceptBatch.accept(SESSIONS, [
        aSessionRecord('failed-old', { status: 'processing' }),
      ]);
      return remove(...call);
    };
    expect(await app.cleanUp.run(policy, { dryRun: false })).toMatchObject({ deletedSessions: 2 });
    expect(await sessionsOf(app)).toContain('failed-old');
  });
});
