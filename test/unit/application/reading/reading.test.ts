import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { DEFAULT_SORT } from '../../../../src/domain/query.js';
import {
  type Application,
  anApplication,
  sharedBackends,
} from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { settle } from '../../../support/application/fake-clock.js';
import { quarantined } from '../../../support/http/pages.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../../support/records/records.js';

const everything = {
  conditions: [],
  sort: DEFAULT_SORT,
  window: { kind: 'page', page: 1, size: 20 },
} as const;

describe('a single record', () => {
  it('shows a write as soon as it is acknowledged', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { target_text: 'épée' })]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ target_text: 'épée' });
  });

  it('shows pending writes on top of what is stored', async () => {
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

  it('shows a write that a flush has taken and not yet stored, and one that came after it', async () => {
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

  it('is null if no write contained its key', async () => {
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

describe.each([
  ['one store', false],
  ['a store for each collection', true],
])('a single record that its store has refused, with %s', (_name, split) => {
  it('is shown as it is in quarantine', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { target_text: 'épée' })]);
    expect(await app.countQuarantined.count()).toBe(1);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ target_text: 'épée' });
    expectBalanced(app);
  });

  it('is merged with what is stored, and with what is pending', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { context: 'shop' })]);
    app.taskStore.refused.add('t-1');
    await app.clock.advance(1);
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { target_text: 'épée' })]);
    await app.clock.advance(1);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'completed' })]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({
      context: 'shop',
      target_text: 'épée',
      status: 'completed',
      updated_at: app.clock.now(),
    });
    expectBalanced(app);
  });

  it('is shown through every instance', async () => {
    const backends = sharedBackends(split);
    const app = anApplication({ backends });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { target_text: 'épée' })]);
    const other = anApplication({ backends });
    expect(await other.queryRecords.find(TASKS, 't-1')).toMatchObject({ target_text: 'épée' });
  });

  it('is shown at every moment while it is released', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { target_text: 'épée' })]);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    const seen: unknown[] = [];
    const look = async () => seen.push((await app.queryRecords.find(TASKS, 't-1'))?.target_text);
    const { taskStore } = app;
    const write = taskStore.write.bind(taskStore);
    taskStore.write = async (...call) => {
      await look();
      const covered = await write(...call);
      await look();
      return covered;
    };
    await app.buffer.flush();
    await look();
    expect(new Set(seen)).toEqual(new Set(['épée']));
    expect(seen.length).toBeGreaterThan(2);
  });

  it('is shown when it is stored between the lookups of its possible places', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    const { taskStore } = app;
    let looks = 0;
    const whileLooking = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
      const found = await answer;
      looks += 1;
      if (looks === 1) await app.buffer.flush();
      return found;
    };
    const read = taskStore.read.bind(taskStore);
    const find = taskStore.quarantine.find.bind(taskStore.quarantine);
    taskStore.read = (...question) => whileLooking(read(...question));
    taskStore.quarantine.find = (...question) => whileLooking(find(...question));
    expect(await app.queryRecords.find(TASKS, 't-1')).not.toBeNull();
    // It was released after the first lookup in the quarantine, so both places are read again.
    expect(looks).toBe(4);
    expect(await taskStore.count(TASKS, [])).toBe(1);
  });

  it('is missing once a person has dropped it', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
    const { items } = await quarantined(app, 1, 1);
    await app.manageQuarantine.drop(items[0]?.id ?? '');
    expect(await app.queryRecords.find(TASKS, 't-1')).toBeNull();
    expectBalanced(app);
  });

  it('is shown as the session that came first if two have its id', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { session_id: 's-1' })]);
    await app.clock.advance(1);
    const second = aTaskRecord('t-1', { session_id: 's-2', target_text: 'Schwert' });
    await app.acceptBatch.acceptAndStore(TASKS, [second]);
    expect(await app.countQuarantined.count()).toBe(2);
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-2')]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({
      session_id: 's-2',
      target_text: 'Schwert',
    });
    expectBalanced(app);
  });

  it('is shown with its tasks if it is a session', async () => {
    const app = anApplication({ split });
    app.sessionStore.refused.add('s-1');
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    expect(await app.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ session_id: 's-1' });
    expect(await app.queryRecords.listOf(TASKS, 's-1', everything, { exact: false })).toMatchObject(
      { total: 0 },
    );
  });
});

describe('a list', () => {
  it('shows what is stored', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.accept(TASKS, someTasks(3));
    expect(await app.queryRecords.list(TASKS, everything, { exact: false })).toMatchObject({
      total: 0,
    });
    await app.buffer.flush();
    const page = await app.queryRecords.list(TASKS, everything, { exact: false });
    expect(page.total).toBe(3);
    expect(page.items.map(({ task_id }) => task_id)).toEqual(['t-2', 't-1', 't-0']);
    expect(page.next).toBeNull();
  });

  it('of the tasks of a session is null if there is no such session', async () => {
    const app = anApplication();
    expect(await app.queryRecords.listOf(TASKS, 's-1', everything, { exact: false })).toBeNull();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1'), aSessionRecord('s-2')]);
    expect(await app.queryRecords.listOf(TASKS, 's-1', everything, { exact: false })).toMatchObject(
      {
        total: 0,
      },
    );
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('t-1'),
      aTaskRecord('t-2', { session_id: 's-2' }),
    ]);
    await app.buffer.flush();
    const page = await app.queryRecords.listOf(TASKS, 's-1', everything, { exact: false });
    expect(page?.items.map(({ task_id }) => task_id)).toEqual(['t-1']);
  });
});

describe.each([
  ['one store', false],
  ['a store for each collection', true],
])('a total of more than ten thousand, with %s', (_name, split) => {
  const MANY = 10_001;
  const list = (app: Application) => app.queryRecords.list(TASKS, everything, { exact: false });
  const counted = async (app: Application) =>
    (await app.readStatistics.read({ exact: false })).summaries.get(TASKS.name)?.total;

  async function filled() {
    const backends = sharedBackends(split);
    const app = anApplication({ backends });
    // Counting takes so long that a total is returned again for a second.
    for (const ask of ['count', 'summarize'] as const) {
      const works = app.taskStore[ask].bind(app.taskStore) as (...call: never[]) => unknown;
      Object.assign(app.taskStore, {
        [ask]: async (...call: never[]) => {
          await app.clock.advance(60);
          return works(...call);
        },
      });
    }
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord(), aSessionRecord('s-2')]);
    await app.acceptBatch.accept(TASKS, someTasks(MANY));
    await app.acceptBatch.accept(TASKS, [aTaskRecord('other', { session_id: 's-2' })]);
    await app.buffer.flush();
    expect((await list(app)).total).toBe(MANY + 1);
    expect(await counted(app)).toBe(MANY + 1);
    return { app, other: anApplication({ backends, clock: app.clock }) };
  }

  it('is correct at once when this instance has deleted a session', async () => {
    const { app } = await filled();
    await app.deleteRecord.delete(SESSIONS, 's-2');
    expect((await list(app)).total).toBe(MANY);
    expect(await counted(app)).toBe(MANY);
    await app.deleteRecord.delete(SESSIONS, 's-1');
    expect(await list(app)).toEqual({ total: 0, items: [], next: null, rest: null });
    expect(await counted(app)).toBe(0);
  });

  it('is correct within a second when this instance has stored something', async () => {
    const { app } = await filled();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('later')]);
    await app.buffer.flush();
    await app.clock.advance(1000);
    expect((await list(app)).total).toBe(MANY + 2);
    expect(await counted(app)).toBe(MANY + 2);
  });

  it('never contradicts the items beside it, whatever another instance does', async () => {
    const { app, other } = await filled();
    await other.deleteRecord.delete(SESSIONS, 's-1');
    expect(await list(app)).toMatchObject({ total: 1, items: [{ task_id: 'other' }] });
    await other.deleteRecord.delete(SESSIONS, 's-2');
    expect(await list(app)).toMatchObject({ total: 0, items: [] });
  });
});

describe('a deep page', () => {
  const MANY = 10_030;
  const page = (number: number) =>
    ({ ...everything, window: { kind: 'page', page: number, size: 20 } }) as const;

  async function filled() {
    const backends = sharedBackends();
    const app = anApplication({ backends });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.accept(TASKS, someTasks(MANY));
    await app.buffer.flush();
    return { app, other: anApplication({ backends, clock: app.clock }) };
  }

  it('is counted at the moment at which it is read', async () => {
    const { app, other } = await filled();
    const read = (number: number) => app.queryRecords.list(TASKS, page(number), { exact: false });
    expect(await read(501)).toMatchObject({ total: MANY });
    app.taskStore.count = () => Promise.reject(new Error('it is counted already'));
    await other.acceptBatch.accept(TASKS, [aTaskRecord('later')]);
    await other.buffer.flush();
    const last = await read(502);
    expect(last).toMatchObject({ total: MANY + 1, next: null });
    expect(last.items).toHaveLength(11);
    expect(await read(503)).toMatchObject({ total: MANY + 1, items: [] });
  });
});

describe('statistics', () => {
  it('count by status, and sum the values of the records that have one', async () => {
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
    const before = await app.readStatistics.read({ exact: false });
    expect(before.summaries.get(TASKS.name)).toMatchObject({ total: 0 });
    await app.buffer.flush();
    const { summaries, storage } = await app.readStatistics.read({ exact: true });
    expect(summaries.get(SESSIONS.name)).toEqual({
      total: 2,
      byStatus: { processing: 1, completed: 1 },
      sums: {},
    });
    expect(summaries.get(TASKS.name)).toEqual({
      total: 3,
      byStatus: { completed: 2, pending: 1 },
      sums: {
        duration_ms: { sum: 301, count: 2 },
        confidence: { sum: 1.7, count: 2 },
        retry_count: { sum: 3, count: 3 },
      },
    });
    expect(storage).toMatchObject([
      { backend: 'memory', collections: ['translation_sessions', 'translation_tasks'] },
    ]);
  });
});
