import { afterEach, describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { RecordRefusedError } from '../../../../src/domain/errors.js';
import { type Application, anApplication } from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { goneTasks } from '../../../support/application/deleted-counts.js';
import { settle } from '../../../support/application/fake-clock.js';
import { quarantined } from '../../../support/http/pages.js';
import { KeptJournal } from '../../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../../support/records/records.js';

const INTERVAL = 30_000;
let app: Application;

/** Tasks of a stored session, with one on which the store fails with an unknown error. */
async function started(options: Parameters<typeof anApplication>[0] = {}, count = 100) {
  app = anApplication(options);
  await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
  app.taskStore.failsOn.add('t-7');
  await app.acceptBatch.accept(TASKS, someTasks(count));
}

/** The failure has repeated, and the store has stored the others. */
async function stuck(options: Parameters<typeof anApplication>[0] = {}) {
  await started(options);
  await expect(app.buffer.flush()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  await app.buffer.flush();
}

const storedTasks = () => app.taskStore.count(TASKS, []);

afterEach(() => expectBalanced(app));

describe('a record on which the store fails with an unknown error', () => {
  it('is found when the failure repeats: its neighbours are stored, and it stays pending', async () => {
    await started();
    await expect(app.buffer.flush()).rejects.toThrow('error 9999');
    expect(await storedTasks()).toBe(0);
    await app.buffer.flush();
    expect(await storedTasks()).toBe(99);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1, failedFlushesInARow: 0 });
    expect(await app.countQuarantined.count()).toBe(0);
    expect(await app.queryRecords.find(TASKS, 't-7')).not.toBeNull();
  });

  it('is named by the health check', async () => {
    await stuck();
    expect(await app.checkHealth.check()).toMatchObject({
      status: 'degraded',
      database: 'healthy',
      problems: [expect.stringMatching(/fails on translation_tasks "t-7".*error 9999/)],
    });
  });

  it('does not block others, and is retried after a flush interval', async () => {
    await stuck();
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('later')]);
    expect(await storedTasks()).toBe(100);
    app.taskStore.failsOn.clear();
    await app.buffer.flush();
    expect(await storedTasks()).toBe(100);
    expect(app.clock.armed).toEqual([INTERVAL]);
    await app.clock.advance(INTERVAL);
    expect(await storedTasks()).toBe(101);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, isWatching: false });
    expect(await app.checkHealth.check()).toMatchObject({ status: 'healthy', problems: [] });
  });

  it('stays pending when a retry fails, and does not block others', async () => {
    await stuck();
    await app.clock.advance(3 * INTERVAL);
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('later')]);
    expect(await storedTasks()).toBe(100);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1, failedFlushesInARow: 0 });
  });

  it('is retried with the next flush when it is written again', async () => {
    await stuck();
    app.taskStore.failsOn.clear();
    await app.clock.advance(1);
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-7', { status: 'completed' })]);
    expect((await app.taskStore.read(TASKS, 't-7'))?.fields).toMatchObject({
      status: 'completed',
      row_index: 1,
    });
  });

  it('is reported only to clients that wait until it is stored', async () => {
    await stuck();
    const again = app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-7', { context: 'a' })]);
    await expect(again).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringMatching(/fails on "t-7".*kept and retried/),
    });
    expect(await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-8')])).toMatchObject({
      quarantined: [],
    });
  });

  it('does not trigger one flush after another, however small the buffer is', async () => {
    await started({ settings: { maxBufferSize: 1 } });
    for (let attempt = 0; attempt < 2; attempt += 1)
      await app.buffer.flush().catch(() => undefined);
    await settle();
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1 });
    const attempts = app.taskStore.attempts.length;
    expect(app.clock.armed).toEqual([INTERVAL]);
    await app.clock.advance(INTERVAL - 1);
    expect(app.taskStore.attempts).toHaveLength(attempts);
  });

  it('is found by a replay, although the checkpoint has advanced', async () => {
    const journal = new KeptJournal();
    await stuck({ journal });
    await app.clock.advance(INTERVAL);
    for (const key of ['later', 'still later']) {
      await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord(key)]);
      await app.clock.advance(INTERVAL / 2);
    }
    const replayed = [];
    for await (const { sequence, writes } of journal.afterCrash().replay()) {
      if (sequence > journal.checkpointed) replayed.push(...writes.map(({ key }) => key));
    }
    expect(replayed).toContain('t-7');
    expect(journal.checkpointed).toBeGreaterThan(2);
  });

  it('is found by a replay with all its writes, if it is written again during a retry', async () => {
    const journal = new KeptJournal();
    await started({ journal });
    await expect(app.buffer.flush()).rejects.toThrow('error 9999');
    const release = app.taskStore.hang();
    const flush = app.buffer.flush();
    await settle();
    await app.clock.advance(1);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-7', { context: 'shop' })]);
    release();
    await flush;
    expect(app.buffer.find(TASKS, 't-7')?.fields).toMatchObject({ context: 'shop' });
    const later = anApplication({ journal: journal.afterCrash() });
    for await (const { sequence, collection, writes } of journal.afterCrash().replay()) {
      if (sequence <= journal.checkpointed || collection !== TASKS.name) continue;
      await later.buffer.restore(TASKS, writes, sequence);
    }
    expect(later.buffer.find(TASKS, 't-7')).toEqual(app.buffer.find(TASKS, 't-7'));
  });

  it('is deleted with its session', async () => {
    await stuck();
    expect(await app.deleteRecord.delete(SESSIONS, 's-1')).toMatchObject({
      descendants: goneTasks(99),
    });
    expect(await app.queryRecords.find(TASKS, 't-7')).toBeNull();
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0 });
    app.taskStore.failsOn.clear();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.clock.advance(INTERVAL);
    expect(await storedTasks()).toBe(0);
  });

  it('releases its orphans, if it is a session, once it is stored', async () => {
    app = anApplication();
    app.sessionStore.failsOn.add('s-2');
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1'), aSessionRecord('s-2')]);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { session_id: 's-2' })]);
    await expect(app.buffer.flush()).rejects.toThrow('error 9999');
    await app.buffer.flush();
    expect(await app.countQuarantined.count()).toBe(1);
    app.sessionStore.failsOn.clear();
    await app.clock.advance(INTERVAL);
    expect(await app.countQuarantined.count()).toBe(0);
    expect(await storedTasks()).toBe(1);
  });
});

describe('a store that fails with an unknown error', () => {
  it.each([
    ['on all records', someTasks(20)],
    ['on more than a few', someTasks(9)],
  ])('%s is what fails: all of them wait, and are tried again', async (_name, failing) => {
    await started({}, 20);
    app.taskStore.failsOn.clear();
    for (const { key } of failing) app.taskStore.failsOn.add(key);
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(app.buffer.flush()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(app.buffer.snapshot()).toMatchObject({ pending: 20 });
    app.taskStore.failsOn.clear();
    await app.buffer.flush();
    expect(await storedTasks()).toBe(20);
  });

  it('is not assumed to fail on records while it is down', async () => {
    await started();
    app.taskStore.failsOn.clear();
    app.taskStore.down = true;
    const attempts = app.taskStore.attempts.length;
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(app.buffer.flush()).rejects.toThrow('connection refused');
    expect(app.taskStore.attempts.length - attempts).toBe(3);
    app.taskStore.down = false;
    await app.buffer.flush();
  });
});

describe('a record that its store refuses and cannot quarantine', () => {
  /** The quarantine of the store refuses these records, too. */
  function refusesToKeep(...keys: readonly string[]): () => void {
    const { quarantine } = app.taskStore;
    const add = quarantine.add.bind(quarantine);
    quarantine.add = async (collection, refusals, at) => {
      if (refusals.some(({ write }) => keys.includes(write.key)))
        throw new RecordRefusedError('TOO_LARGE', 'larger than the server takes');
      return add(collection, refusals, at);
    };
    return () => {
      quarantine.add = add;
    };
  }

  it('stays pending, is reported, and does not keep others out of the quarantine', async () => {
    await started({}, 5);
    app.taskStore.failsOn.clear();
    app.taskStore.refused.add('t-1').add('t-2');
    refusesToKeep('t-1');
    await app.buffer.flush();
    expect((await quarantined(app, 1, 20)).items).toMatchObject([{ write: { key: 't-2' } }]);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1 });
    expect((await app.checkHealth.check()).problems).toContainEqual(
      expect.stringMatching(/fails on translation_tasks "t-1".*cannot quarantine it/),
    );
  });

  it('stays in quarantine when a release fails', async () => {
    await started({}, 5);
    app.taskStore.failsOn.clear();
    app.taskStore.refused.add('t-1');
    await app.buffer.flush();
    const keepsAgain = refusesToKeep('t-1');
    await app.manageQuarantine.requeue(null);
    expect((await quarantined(app, 1, 20)).items).toMatchObject([{ write: { key: 't-1' } }]);
    expectBalanced(app);
    keepsAgain();
    app.taskStore.refused.clear();
    await app.manageQuarantine.requeue(null);
    expect(await storedTasks()).toBe(5);
  });

  it('causes the original error if the quarantine fails for another reason', async () => {
    await started({}, 5);
    app.taskStore.failsOn.clear();
    app.taskStore.refused.add('t-1');
    app.taskStore.quarantine.add = () => Promise.reject(new Error('a bug'));
    await expect(app.buffer.flush()).rejects.toThrow('a bug');
  });
});
