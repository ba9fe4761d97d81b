import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import {
  type Application,
  anApplication,
  sharedBackends,
} from '../../support/application/application.js';
import { expectBalanced } from '../../support/application/balance.js';
import { deletedCounts, goneTasks } from '../../support/application/deleted-counts.js';
import { settle } from '../../support/application/fake-clock.js';
import { writtenOf } from '../../support/application/flush-reports.js';
import { quarantined } from '../../support/http/pages.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../support/records/records.js';
import { sessionWrite } from '../../support/records/writes.js';

const DAY = 86_400_000;
const STORES = [
  ['one store', false],
  ['a store for each collection', true],
] as const;

/** A task was sent before its session, which is pending by now. */
async function withOrphan(options: Parameters<typeof anApplication>[0]) {
  const app = anApplication(options);
  await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
  await app.buffer.flush();
  expect(await app.countQuarantined.count()).toBe(1);
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
  return app;
}

async function expectSettled(app: Application, tasks = 1): Promise<void> {
  expect(app.buffer.snapshot()).toMatchObject({ pending: 0 });
  expect(await app.countQuarantined.count()).toBe(0);
  expect(await app.taskStore.count(TASKS, [])).toBe(tasks);
  expectBalanced(app);
}

describe.each(STORES)('an orphan, with %s, is settled by the same call', (_name, split) => {
  it('that flushes the session', async () => {
    const app = await withOrphan({ split });
    expect(writtenOf(await app.buffer.flush())).toMatchObject({ sessions: 1, tasks: 1 });
    await expectSettled(app);
  });

  it('that sends the session and waits until it is stored', async () => {
    const app = await withOrphan({ split });
    const { quarantined } = await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    expect(quarantined).toEqual([]);
    await expectSettled(app);
  });

  it('that deletes the session', async () => {
    const app = await withOrphan({ split });
    expect(await app.deleteRecord.delete(SESSIONS, 's-1')).toMatchObject({
      descendants: goneTasks(1),
    });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    expect(await app.queryRecords.find(TASKS, 't-1')).toBeNull();
    await expectSettled(app, 0);
  });

  it('that cleans up the session', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { status: 'failed' })]);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'failed' })]);
    await app.clock.advance(1);
    const policy = { completedDays: 0, failedDays: 0 };
    expect(deletedCounts(await app.cleanUp.run(policy, { dryRun: false }))).toEqual({
      sessions: 1,
      tasks: 1,
    });
    await expectSettled(app, 0);
  });

  it('that releases the session, which its store refused before', async () => {
    const app = anApplication({ split });
    app.sessionStore.refused.add('s-1');
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.acceptAndStore(TASKS, someTasks(3));
    expect(await app.countQuarantined.count()).toBe(4);
    app.sessionStore.refused.clear();
    const { items } = await quarantined(app, 1, 20);
    const session = items.find(({ collection }) => collection === SESSIONS.name);
    expect(await app.manageQuarantine.requeue([session?.id ?? ''])).toBe(1);
    await expectSettled(app, 3);
  });
});

describe.each(STORES)('orphans, with %s', (_name, split) => {
  it('are stored however many there are, in slices, each in the store of its session', async () => {
    const app = anApplication({ split });
    const tasks = someTasks(1200).map(({ key, fields }, index) => ({
      key,
      fields: { ...fields, session_id: `s-${index % 3}` },
    }));
    await app.acceptBatch.acceptAndStore(TASKS, tasks);
    expect(await app.countQuarantined.count()).toBe(1200);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-0'), aSessionRecord('s-2')]);
    expect(writtenOf(await app.buffer.flush())).toMatchObject({ sessions: 2, tasks: 800 });
    expect(await app.countQuarantined.count()).toBe(400);
    expect(await app.taskStore.count(TASKS, [])).toBe(800);
    expectBalanced(app);
  });

  it('are stored when more sessions arrive at once than are looked up at a time', async () => {
    const app = anApplication({ split });
    const keys = Array.from({ length: 1001 }, (_, index) => `s-${index}`);
    const tasks = keys.map((session_id, index) => aTaskRecord(`t-${index}`, { session_id }));
    await app.acceptBatch.acceptAndStore(TASKS, tasks);
    await app.acceptBatch.accept(
      SESSIONS,
      keys.map((key) => aSessionRecord(key)),
    );
    await app.buffer.flush();
    await expectSettled(app, 1001);
  });

  it('stay in place when the store becomes unavailable in between, and are released with the next flush', async () => {
    const app = await withOrphan({ split });
    const { taskStore } = app;
    const write = taskStore.write.bind(taskStore);
    taskStore.write = (collection, writes) => {
      if (collection === TASKS) taskStore.down = true;
      return write(collection, writes);
    };
    await expect(app.buffer.flush()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    taskStore.down = false;
    taskStore.write = write;
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, isWatching: true });
    expect(await app.countQuarantined.count()).toBe(1);
    await app.buffer.flush();
    await expectSettled(app);
  });

  it('are retried automatically when the store becomes unavailable in between', async () => {
    const app = await withOrphan({ split });
    const { taskStore } = app;
    const write = taskStore.write.bind(taskStore);
    taskStore.write = (collection, writes) => {
      if (collection === TASKS) taskStore.down = true;
      return write(collection, writes);
    };
    await expect(app.buffer.flush()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    taskStore.down = false;
    taskStore.write = write;
    await app.clock.advance(1000);
    await expectSettled(app);
    expect(app.buffer.snapshot()).toMatchObject({ isWatching: false });
  });

  it('are stored when another instance stores the session', async () => {
    const backends = sharedBackends(split);
    const app = anApplication({ backends });
    const other = anApplication({ backends, clock: app.clock });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
    await other.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    await expectSettled(other);
    expectBalanced(app);
    expect(app.buffer.snapshot()).toMatchObject({ accepted: 1, quarantined: 1 });
    expect(other.buffer.snapshot()).toMatchObject({ accepted: 2, stored: 2 });
  });

  it('are stored when another instance stores the session while they are being refused', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    const { quarantine } = app.taskStore;
    const add = quarantine.add.bind(quarantine);
    quarantine.add = async (...call) => {
      await app.sessionStore.write(SESSIONS, [sessionWrite('s-1', 1)]);
      return add(...call);
    };
    await app.buffer.flush();
    await expectSettled(app);
  });

  it.each([1, 5])(
    'are stored when another instance stores the session between the refusal of %i and the lookup',
    async (count) => {
      const app = anApplication({ split });
      await app.acceptBatch.accept(TASKS, someTasks(count));
      const { sessionStore } = app;
      const existing = sessionStore.existing.bind(sessionStore);
      sessionStore.existing = async (...question) => {
        sessionStore.existing = existing;
        await sessionStore.write(SESSIONS, [sessionWrite('s-1', 1)]);
        return existing(...question);
      };
      await app.buffer.flush();
      await expectSettled(app, count);
    },
  );

  it('are merged with the pending writes of their keys, in any order', async () => {
    const app = anApplication({ split });
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { context: 'shop' })]);
    await app.clock.advance(1);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'completed' })]);
    const release = app.taskStore.hang();
    const flush = app.buffer.flush();
    await settle();
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({
      context: 'shop',
      status: 'completed',
    });
    release();
    await flush;
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields).toMatchObject({
      context: 'shop',
      status: 'completed',
    });
    await expectSettled(app);
  });
});

describe('a task whose session is refused by a write that cannot find out why', () => {
  it('still waits for the session', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    const { sessionStore } = app;
    const existing = sessionStore.existing.bind(sessionStore);
    // The session exists whenever it is looked up, and is missing whenever the task is written.
    sessionStore.existing = async (collection, keys) =>
      collection === SESSIONS
        ? new Map(keys.map((key) => [key, null]))
        : existing(collection, keys);
    await app.buffer.flush();
    expect((await quarantined(app, 1, 20)).items).toMatchObject([
      { missingParent: 's-1', reason: expect.stringMatching(/^MISSING_PARENT/) },
    ]);
    sessionStore.existing = existing;
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    await expectSettled(app);
  });
});

describe('at shutdown', () => {
  it('the orphans that the last flush releases are stored before it ends', async () => {
    const app = await withOrphan({});
    app.acceptBatch.stop();
    app.buffer.stop();
    await app.buffer.flush();
    await expectSettled(app);
    await app.clock.advance(DAY);
    await expectSettled(app);
  });
});
