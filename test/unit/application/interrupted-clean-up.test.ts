import { beforeEach, describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { StorageUnavailableError } from '../../../src/domain/errors.js';
import { anApplication, sharedBackends } from '../../support/application/application.js';
import { goneTasks } from '../../support/application/deleted-counts.js';
import { FakeClock } from '../../support/application/fake-clock.js';
import { aSessionRecord, aTaskRecord } from '../../support/records/records.js';

const DAY = 86_400_000;
const POLICY = { completedDays: 1, failedDays: 1 };
const lost = (name: string) => new StorageUnavailableError(name, `${name} gave no answer`);

/** Two instances on a store for each collection, with a session that has expired. */
async function twoInstances(backends: ReturnType<typeof sharedBackends>) {
  const app = anApplication({ backends });
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'failed' })]);
  await app.acceptBatch.accept(TASKS, [
    aTaskRecord('t-1', { status: 'failed', target_text: 'old', retry_count: 7 }),
  ]);
  await app.buffer.flush();
  await app.clock.advance(31 * DAY);
  return { app, other: anApplication({ backends, clock: app.clock }) };
}

describe('a clean-up of a session whose tasks are in another store', () => {
  let backends: ReturnType<typeof sharedBackends>;
  let app: Awaited<ReturnType<typeof twoInstances>>['app'];
  let other: Awaited<ReturnType<typeof twoInstances>>['other'];
  const cleanUp = () => app.cleanUp.run(POLICY, { dryRun: false });
  const stored = async () => [
    (await other.sessionStore.read(SESSIONS, 's-1')) !== null,
    (await other.taskStore.read(TASKS, 't-1')) !== null,
  ];

  beforeEach(async () => {
    backends = sharedBackends(true);
    ({ app, other } = await twoInstances(backends));
  });

  it('deletes both', async () => {
    const report = await cleanUp();
    expect([report.get(SESSIONS.name), report.get(TASKS.name)]).toEqual([1, 1]);
    expect(await stored()).toEqual([false, false]);
  });

  it('deletes neither if the store of the tasks fails', async () => {
    const remove = app.taskStore.delete.bind(app.taskStore);
    app.taskStore.delete = () => Promise.reject(lost('tasks'));
    await expect(cleanUp()).rejects.toThrow('tasks');
    expect(await stored()).toEqual([true, true]);
    app.taskStore.delete = remove;
    expect((await cleanUp()).get(TASKS.name)).toBe(1);
    expect(await stored()).toEqual([false, false]);
  });

  it('leaves the session for the next one if it ends after the tasks were deleted', async () => {
    const remove = app.taskStore.delete.bind(app.taskStore);
    app.taskStore.delete = async (...args) => {
      await remove(...args);
      throw lost('tasks');
    };
    await expect(cleanUp()).rejects.toThrow('tasks');
    expect(await stored()).toEqual([true, false]);
    app.taskStore.delete = remove;
    expect((await cleanUp()).get(SESSIONS.name)).toBe(1);
    expect(await stored()).toEqual([false, false]);
  });

  it('mixes nothing that it deleted into a task that is sent again, whenever it ends', async () => {
    const remove = app.taskStore.delete.bind(app.taskStore);
    app.taskStore.delete = async (...args) => {
      await remove(...args);
      throw lost('tasks');
    };
    await expect(cleanUp()).rejects.toThrow('tasks');
    await app.clock.advance(1000);
    await other.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
    await other.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'pending' })]);
    await other.buffer.flush();
    const task = await other.taskStore.read(TASKS, 't-1');
    expect(task?.fields.status).toBe('pending');
    expect(task?.fields.target_text ?? null).toBeNull();
    expect(task?.fields.retry_count ?? 0).toBe(0);
  });

  it.each(['clean-up', 'delete'])(
    'loses no task that comes after a %s that failed',
    async (how) => {
      // The clock of the other instance is ahead, so the delete of the tasks is newer than this clock.
      const ahead = new FakeClock(app.clock.now() + 5000);
      const third = anApplication({ backends, clock: ahead });
      const removeTasks = app.taskStore.delete.bind(app.taskStore);
      app.taskStore.delete = async (...args) => {
        await third.acceptBatch.accept(TASKS, [aTaskRecord('t-2', { status: 'failed' })]);
        await third.buffer.flush();
        return removeTasks(...args);
      };
      app.sessionStore.delete = async (_collection, _key, version, guard) => {
        await guard?.inOtherStores?.(version);
        throw lost('sessions');
      };
      const run = how === 'delete' ? app.deleteRecord.delete(SESSIONS, 's-1') : cleanUp();
      await expect(run).rejects.toThrow('sessions');
      await app.clock.advance(1000);
      await app.acceptBatch.accept(TASKS, [aTaskRecord('t-3', { status: 'pending' })]);
      await app.buffer.flush();
      expect(await app.taskStore.read(TASKS, 't-3')).not.toBeNull();
    },
  );

  it('fails if the session was resumed after its tasks were deleted, and names it', async () => {
    const remove = app.sessionStore.delete.bind(app.sessionStore);
    app.sessionStore.delete = async (collection, key, version, guard) => {
      // A transaction that is then repeated, as after a deadlock.
      await guard?.inOtherStores?.(version);
      await other.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'processing' })]);
      await other.buffer.flush();
      return remove(collection, key, version, guard);
    };
    await expect(cleanUp()).rejects.toThrow(
      '"s-1" was written while what belongs to it was deleted',
    );
    expect(await stored()).toEqual([true, false]);
  });

  it('succeeds if the store of the tasks fails once, and the other repeats its transaction', async () => {
    const removeTasks = app.taskStore.delete.bind(app.taskStore);
    app.taskStore.delete = () => Promise.reject(lost('tasks'));
    const remove = app.sessionStore.delete.bind(app.sessionStore);
    app.sessionStore.delete = async (collection, key, version, guard) => {
      expect(await guard?.inOtherStores?.(version)).toBeNull();
      app.taskStore.delete = removeTasks;
      return remove(collection, key, version, guard);
    };
    expect((await cleanUp()).get(TASKS.name)).toBe(1);
    expect(await stored()).toEqual([false, false]);
  });

  it('adds up what several attempts of the store of the session deleted elsewhere', async () => {
    const remove = app.sessionStore.delete.bind(app.sessionStore);
    app.sessionStore.delete = async (collection, key, version, guard) => {
      // As after a deadlock at the end of its transaction.
      await guard?.inOtherStores?.(version);
      return remove(collection, key, version, guard);
    };
    const deletion = await app.deleteRecord.delete(SESSIONS, 's-1', {
      conditions: [],
      keepsUnfinished: true,
    });
    expect(deletion?.descendants).toEqual(goneTasks(1));
  });

  it('keeps both if a task became unfinished after the session was found', async () => {
    const remove = app.sessionStore.delete.bind(app.sessionStore);
    app.sessionStore.delete = async (...args) => {
      await other.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'pending' })]);
      await other.buffer.flush();
      return remove(...args);
    };
    expect((await cleanUp()).get(SESSIONS.name)).toBe(0);
    expect(await stored()).toEqual([true, true]);
  });
});
