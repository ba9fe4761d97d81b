import { afterEach, describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { newWrite } from '../../../../src/domain/write.js';
import { type Application, anApplication } from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { settle } from '../../../support/application/fake-clock.js';
import { KeptJournal } from '../../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../../support/records/records.js';

let app: Application;

function started(options: Parameters<typeof anApplication>[0] = {}) {
  app = anApplication({ ...options, settings: { ...options.settings, holdsAccepted: false } });
}

const session = () => app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
const tasks = (...keys: string[]) =>
  app.acceptBatch.accept(
    TASKS,
    keys.map((key) => aTaskRecord(key)),
  );
const REFUSED = { code: 'STORAGE_UNAVAILABLE', details: { retryAfter: 5 } };

afterEach(() => expectBalanced(app));

describe('with durability stored, a batch', () => {
  it('is answered when the store has committed it, without a timer', async () => {
    started();
    const release = app.sessionStore.hang();
    let isAnswered = false;
    const answer = session().finally(() => {
      isAnswered = true;
    });
    await settle();
    expect(isAnswered).toBe(false);
    release();
    expect(await answer).toMatchObject({ count: 1, quarantined: [] });
    expect(await app.sessionStore.count(SESSIONS, [])).toBe(1);
    expect(app.clock.armed).toEqual([]);
  });

  it('shares a flush with the batches that wait at the same time', async () => {
    started();
    await session();
    const release = app.taskStore.hang();
    const first = tasks('t-0');
    await settle();
    const others = ['t-1', 't-2', 't-3'].map((key) => tasks(key));
    await settle();
    release();
    await Promise.all([first, ...others]);
    expect(app.taskStore.attempts).toEqual([['s-1'], ['t-0'], ['t-1', 't-2', 't-3']]);
  });

  it('that names another session than a batch before it is refused, if both waited', async () => {
    started();
    await app.buffer.restore(SESSIONS, [newWrite('s-1', 1, aSessionRecord().fields)], 1);
    const naming = (session_id: string) =>
      app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { session_id })]);
    const [first, other] = await Promise.allSettled([naming('s-1'), naming('s-2')]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { quarantined: [] } });
    expect(other).toMatchObject({ status: 'rejected', reason: { code: 'SESSION_MISMATCH' } });
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ session_id: 's-1' });
  });

  it('names the records that the store refuses, and stores the others', async () => {
    started();
    await session();
    app.taskStore.refused.add('t-1');
    expect(await tasks('t-0', 't-1')).toMatchObject({
      quarantined: [{ index: 1, key: 't-1', reason: expect.stringContaining('CONSTRAINT') }],
    });
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
  });

  it('is refused while the store is away, and nothing of it is kept', async () => {
    started();
    await session();
    app.taskStore.down = true;
    await expect(tasks('t-1')).rejects.toMatchObject(REFUSED);
    await expect(tasks('t-1')).rejects.toThrow(/Nothing of this batch is kept here.*send it again/);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, pendingBytes: 0 });
    expect(app.clock.armed).toEqual([]);
    app.taskStore.down = false;
    await app.buffer.flush();
    expect(await app.queryRecords.find(TASKS, 't-1')).toBeNull();
    await tasks('t-1');
    expect(await app.queryRecords.find(TASKS, 't-1')).not.toBeNull();
  });

  it('is refused with the batches that its write was merged with, and not with later ones', async () => {
    started();
    await session();
    const release = app.taskStore.hang();
    const inFlight = tasks('t-1');
    await settle();
    const later = tasks('t-1');
    await settle();
    app.taskStore.down = true;
    const releaseLater = app.taskStore.hang();
    release();
    await expect(inFlight).rejects.toMatchObject(REFUSED);
    app.taskStore.down = false;
    releaseLater();
    await later;
    expect(await app.queryRecords.find(TASKS, 't-1')).not.toBeNull();
  });

  it('is accepted if the store of its own collection answers', async () => {
    started({ split: true });
    await session();
    app.taskStore.down = true;
    const [ofSessions, ofTasks] = await Promise.allSettled([
      app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]),
      tasks('t-1'),
    ]);
    expect(ofSessions).toMatchObject({ status: 'fulfilled' });
    expect(ofTasks).toMatchObject({ status: 'rejected', reason: REFUSED });
  });

  it('is refused alone if the store fails on one of its records', async () => {
    started();
    await session();
    app.taskStore.failsOn.add('t-7');
    await expect(tasks('t-7')).rejects.toMatchObject(REFUSED);
    const [good, bad] = await Promise.allSettled([tasks('t-1', 't-2'), tasks('t-7')]);
    expect(good).toMatchObject({ status: 'fulfilled' });
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'STORAGE_UNAVAILABLE' } });
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, isWatching: false });
    expect(app.buffer.stuck).toEqual([]);
  });

  it('is accepted if its answer is lost and it is sent again', async () => {
    started();
    await session();
    app.taskStore.losesAnswers = true;
    await expect(tasks('t-1')).rejects.toMatchObject(REFUSED);
    app.taskStore.losesAnswers = false;
    await tasks('t-1');
    expect(await app.taskStore.count(TASKS, [])).toBe(1);
  });

  it('is newer than everything stored, even if the clock of the machine was set back', async () => {
    started();
    await session();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { target_text: 'first' })]);
    const backends = { sessions: app.sessionStore, tasks: app.taskStore };
    const { clock } = app;
    clock.setWallClock(clock.now() - 3_600_000);
    started({ backends, clock });
    await app.restart.run();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { target_text: 'second' })]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ target_text: 'second' });
  });

  it('waits until the newest version of a store that was away at the start is known', async () => {
    started();
    await session();
    const backends = { sessions: app.sessionStore, tasks: app.taskStore };
    const { clock } = app;
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { target_text: 'first' })]);
    clock.setWallClock(clock.now() - 3_600_000);
    started({ backends, clock });
    app.taskStore.down = true;
    await app.restart.run();
    await expect(tasks('t-1')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    app.taskStore.down = false;
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { target_text: 'second' })]);
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({ target_text: 'second' });
  });
});

describe('with durability stored, a read by id', () => {
  it('does not show a write that the store has not committed', async () => {
    started();
    await session();
    const release = app.taskStore.hang();
    const answer = tasks('t-1');
    await settle();
    expect(await app.queryRecords.find(TASKS, 't-1')).toBeNull();
    release();
    await answer;
    expect(await app.queryRecords.find(TASKS, 't-1')).not.toBeNull();
  });
});

describe('with durability stored, the service', () => {
  it('is ready only while the store answers', async () => {
    started();
    expect(await app.checkHealth.ready()).toEqual({ ready: true, reason: null });
    app.taskStore.down = true;
    expect(await app.checkHealth.ready()).toMatchObject({
      ready: false,
      reason: expect.stringContaining('storage memory'),
    });
    app.taskStore.down = false;
    expect(await app.checkHealth.ready()).toEqual({ ready: true, reason: null });
  });

  it('stores what an earlier journal holds before any new batch', async () => {
    const journal = new KeptJournal();
    app = anApplication({ journal });
    await session();
    await app.acceptBatch.accept(TASKS, someTasks(3));
    const backends = { sessions: app.sessionStore, tasks: app.taskStore };
    started({ journal: journal.afterCrash(), backends });
    app.taskStore.down = true;
    await app.restart.run();
    expect(await app.checkHealth.ready()).toMatchObject({ ready: false });
    expect(await app.queryRecords.find(TASKS, 't-1').catch(() => 'away')).toBe('away');
    await expect(tasks('t-9')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(app.buffer.snapshot()).toMatchObject({ pending: 4 });
    app.taskStore.down = false;
    await tasks('t-9');
    expect(await app.taskStore.count(TASKS, [])).toBe(4);
    expect(await app.checkHealth.ready()).toEqual({ ready: true, reason: null });
  });

  it('counts the batches that wait until an earlier journal is stored', async () => {
    const journal = new KeptJournal();
    app = anApplication({ journal });
    await session();
    await app.acceptBatch.accept(TASKS, someTasks(3));
    const backends = { sessions: app.sessionStore, tasks: app.taskStore };
    started({ journal: journal.afterCrash(), backends, settings: { maxPendingRecords: 6 } });
    app.taskStore.down = true;
    await app.restart.run();
    app.taskStore.down = false;
    const release = app.sessionStore.hang();
    const waiting = [tasks('t-7'), tasks('t-8'), tasks('t-9')].map((batch) =>
      batch.then(
        () => 'stored',
        (error: unknown) => (error as { code?: string }).code,
      ),
    );
    await settle();
    release();
    expect(await Promise.all(waiting)).toEqual(['stored', 'stored', 'BUFFER_FULL']);
    await tasks('t-9');
    expect(await app.taskStore.count(TASKS, [])).toBe(6);
  });

  it('accepts no batch while the store fails on a record of an earlier journal', async () => {
    const journal = new KeptJournal();
    app = anApplication({ journal });
    await session();
    await app.acceptBatch.accept(TASKS, someTasks(3));
    const backends = { sessions: app.sessionStore, tasks: app.taskStore };
    backends.tasks.failsOn.add('t-1');
    started({ journal: journal.afterCrash(), backends });
    await app.restart.run();
    await expect(tasks('t-9')).rejects.toThrow('error 9999');
    await expect(tasks('t-9')).rejects.toThrow(/A record of an earlier journal cannot be stored/);
    expect(await app.checkHealth.ready()).toMatchObject({ ready: false });
    expect(await app.queryRecords.find(TASKS, 't-1')).not.toBeNull();
    backends.tasks.failsOn.clear();
    await app.clock.advance(60_000);
    await tasks('t-9');
    expect(await app.taskStore.count(TASKS, [])).toBe(4);
  });

  it('passes on an error that is a bug, and keeps nothing', async () => {
    started();
    app.sessionStore.write = () => Promise.reject(new TypeError('a bug'));
    await expect(session()).rejects.toThrow(TypeError);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0 });
  });
});
