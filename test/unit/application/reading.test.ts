import { describe, expect, it } from 'vitest';
import { DEFAULT_SORT } from '../../../src/domain/query.js';
import { SESSIONS } from '../../../src/domain/session.js';
import { TASKS } from '../../../src/domain/task.js';
import { anApplication } from '../../support/application.js';
import { settle } from '../../support/fake-clock.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../support/records.js';

const everything = {
  conditions: [],
  sort: DEFAULT_SORT,
  window: { kind: 'page', page: 1, size: 20 },
} as const;

describe('a single record', () => {
  it('reflects a write as soon as it is answered', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { target_text: 'épée' })]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ target_text: 'épée' });
  });

  it('reflects what waits on top of what is stored', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { context: 'shop' })]);
    await app.buffer.flush();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'completed' })]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({
      context: 'shop',
      status: 'completed',
    });
  });

  it('reflects a write that a flush has taken and not yet stored, and one that came after it', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    const release = app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { context: 'shop' })]);
    const flush = app.buffer.flush();
    await settle();
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ context: 'shop' });
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'completed' })]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({
      context: 'shop',
      status: 'completed',
    });
    release();
    await flush;
  });

  it('is null when no write carried its key', async () => {
    expect(await anApplication().queryRecords.find(TASKS, 'nothing')).toBeNull();
  });

  it('is not answered from the buffer alone while the store is down', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    app.taskStore.down = true;
    await expect(app.queryRecords.find(TASKS, 't-1')).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    });
  });
});

describe('a list', () => {
  it('shows what is stored; fresh shows what was accepted before it', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.accept(TASKS, someTasks(3));
    expect(await app.queryRecords.list(TASKS, everything, { fresh: false })).toMatchObject({
      total: 0,
    });
    const page = await app.queryRecords.list(TASKS, everything, { fresh: true });
    expect(page.total).toBe(3);
    expect(page.items.map(({ task_id }) => task_id)).toEqual(['t-2', 't-1', 't-0']);
    expect(page.next).toBeNull();
  });

  it('of the tasks of a session is null when there is no such session', async () => {
    const app = anApplication();
    expect(await app.queryRecords.tasksOfSession('s-1', everything, { fresh: false })).toBeNull();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1'), aSessionRecord('s-2')]);
    expect(
      await app.queryRecords.tasksOfSession('s-1', everything, { fresh: false }),
    ).toMatchObject({
      total: 0,
    });
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('t-1'),
      aTaskRecord('t-2', { session_id: 's-2' }),
    ]);
    const page = await app.queryRecords.tasksOfSession('s-1', everything, { fresh: true });
    expect(page?.items.map(({ task_id }) => task_id)).toEqual(['t-1']);
  });
});

describe('a deep page', () => {
  const deep = { ...everything, window: { kind: 'page', page: 500, size: 20 } } as const;
  const MANY = 10_001;

  async function filled() {
    const app = anApplication();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.accept(TASKS, someTasks(MANY));
    await app.buffer.flush();
    await app.queryRecords.list(TASKS, deep, { fresh: false });
    return app;
  }

  it('tells the store how many records there are, once they were counted', async () => {
    const app = await filled();
    await app.queryRecords.list(TASKS, deep, { fresh: false });
    expect(app.taskStore.windows).toEqual([deep.window, { ...deep.window, total: MANY }]);
  });

  it('does not, when this service has stored something since', async () => {
    const app = await filled();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('later')]);
    await app.buffer.flush();
    await app.queryRecords.list(TASKS, deep, { fresh: false });
    expect(app.taskStore.windows).toEqual([deep.window, deep.window]);
  });

  it('does not, when they were counted two seconds ago: another instance may have stored something', async () => {
    const app = await filled();
    await app.clock.advance(2000);
    await app.queryRecords.list(TASKS, deep, { fresh: false });
    expect(app.taskStore.windows).toEqual([deep.window, deep.window]);
  });

  it('does not, when they were counted while a flush was under way', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.accept(TASKS, someTasks(MANY));
    await app.buffer.flush();
    const release = app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('later')]);
    const flush = app.buffer.flush();
    await app.queryRecords.list(TASKS, deep, { fresh: false });
    release();
    await flush;
    await app.queryRecords.list(TASKS, deep, { fresh: false });
    expect(app.taskStore.windows).toEqual([deep.window, deep.window]);
  });
});

describe('statistics', () => {
  it('count by status and average over those that have a value', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(SESSIONS, [
      aSessionRecord(),
      aSessionRecord('s-2', { status: 'completed' }),
    ]);
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('t-1', {
        status: 'completed',
        duration_ms: 100,
        confidence: 0.9,
        retry_count: 2,
      }),
      aTaskRecord('t-2', {
        status: 'completed',
        duration_ms: 201,
        confidence: 0.8,
        retry_count: 1,
      }),
      aTaskRecord('t-3'),
    ]);
    expect(await app.readStatistics.read({ fresh: false })).toMatchObject({
      tasks: { total: 0, avg_duration_ms: null },
    });
    expect(await app.readStatistics.read({ fresh: true })).toMatchObject({
      sessions: { total: 2, by_status: { processing: 1, completed: 1 } },
      tasks: {
        total: 3,
        by_status: { completed: 2, pending: 1 },
        avg_duration_ms: 150.5,
        avg_confidence: 0.85,
        total_retries: 3,
      },
      storage: [{ backend: 'memory', collections: ['translation_sessions', 'translation_tasks'] }],
    });
  });
});
