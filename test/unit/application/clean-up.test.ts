import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { StorageUnavailableError } from '../../../src/domain/errors.js';
import { anApplication, sharedBackends } from '../../support/application/application.js';
import { expectBalanced } from '../../support/application/balance.js';
import { deletedCounts } from '../../support/application/deleted-counts.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../support/records/records.js';

const DAY = 86_400_000;
const POLICY = { completedDays: 90, failedDays: 30 };
const FINISHED = ['completed', 'cancelled', 'skipped', 'failed'];
const STATUSES = [...FINISHED, 'processing', 'archived'];

describe.each([
  ['one store', false],
  ['a store for each collection', true],
])('cleaning up, with %s', (_name, split) => {
  /** A session of each status that is 60 days old, with a finished task, and a new one of each. */
  async function withOldSessions() {
    const backends = sharedBackends(split);
    const app = anApplication({ backends });
    const other = anApplication({ backends, clock: app.clock });
    const sessions = (age: string) =>
      STATUSES.map((status) => aSessionRecord(`${status}-${age}`, { status }));
    await app.acceptBatch.accept(SESSIONS, sessions('old'));
    await app.acceptBatch.accept(
      TASKS,
      STATUSES.map((status) =>
        aTaskRecord(`t-${status}`, { session_id: `${status}-old`, status: 'completed' }),
      ),
    );
    await app.buffer.flush();
    await app.clock.advance(60 * DAY);
    await app.acceptBatch.accept(SESSIONS, sessions('new'));
    const left = async () => {
      const sort = { field: 'created_at', direction: 'asc' } as const;
      const window = { kind: 'page', page: 1, size: 100 } as const;
      const { items } = await app.sessionStore.query(SESSIONS, { conditions: [], sort, window });
      return items.map(({ key }) => key).sort();
    };
    const cleansUp = async (dryRun = false) =>
      deletedCounts(await app.cleanUp.run(POLICY, { dryRun }));
    return { app, other, left, cleansUp };
  }

  it('pauses after each deletion for as long as it took, at most a second, and not to count', async () => {
    const { app, cleansUp } = await withOldSessions();
    await app.clock.advance(31 * DAY);
    const { sessionStore, clock } = app;
    const remove = sessionStore.delete.bind(sessionStore);
    const lengths = [40, 5000, 0];
    sessionStore.delete = async (...words) => {
      await clock.advance(lengths.shift() ?? 7);
      return remove(...words);
    };
    expect(await cleansUp(true)).toMatchObject({ sessions: 5 });
    expect(clock.pauses).toEqual([]);
    expect(await cleansUp()).toMatchObject({ sessions: 5 });
    expect(clock.pauses).toEqual([40, 1000, 0, 7, 7]);
  });

  it('trusts the clock of the store if that of this machine is ahead of it', async () => {
    const { app, cleansUp } = await withOldSessions();
    app.sessionStore.time = app.clock.now();
    app.clock.setWallClock(app.clock.now() + 400 * DAY);
    expect(await cleansUp(true)).toEqual({ sessions: 1, tasks: 1 });
    expect(await cleansUp()).toEqual({ sessions: 1, tasks: 1 });
    app.sessionStore.time += 31 * DAY;
    expect(await cleansUp()).toEqual({ sessions: 4, tasks: 3 });
  });

  it('deletes finished sessions older than their limit, with their tasks, and no others', async () => {
    const { app, left, cleansUp } = await withOldSessions();
    expect(await cleansUp()).toEqual({ sessions: 1, tasks: 1 });
    expect(await left()).not.toContain('failed-old');
    await app.clock.advance(31 * DAY);
    // Those of three finished statuses, and the failed one that was new before.
    expect(await cleansUp()).toEqual({ sessions: 4, tasks: 3 });
    expect(await left()).toEqual([
      'archived-new',
      'archived-old',
      'cancelled-new',
      'completed-new',
      'processing-new',
      'processing-old',
      'skipped-new',
    ]);
    expect(await cleansUp()).toEqual({ sessions: 0, tasks: 0 });
    expectBalanced(app);
  });

  it('keeps a session with unfinished tasks, whatever their status is', async () => {
    const { app, left, cleansUp } = await withOldSessions();
    const unfinished = aTaskRecord('t-more', { session_id: 'failed-old', status: 'translating' });
    await app.acceptBatch.accept(TASKS, [unfinished]);
    expect(await cleansUp(true)).toEqual({ sessions: 0, tasks: 0 });
    expect(await cleansUp()).toEqual({ sessions: 0, tasks: 0 });
    expect(await left()).toContain('failed-old');
    expect(await app.taskStore.read(TASKS, 't-failed')).not.toBeNull();
    const done = { ...unfinished, fields: { ...unfinished.fields, status: 'skipped' } };
    await app.acceptBatch.accept(TASKS, [done]);
    expect(await cleansUp()).toEqual({ sessions: 1, tasks: 2 });
  });

  it('keeps a session whose unfinished task was quarantined as an orphan', async () => {
    const { app, left, cleansUp } = await withOldSessions();
    const orphan = aTaskRecord('t-late', { session_id: 'late' });
    await app.acceptBatch.acceptAndStore(TASKS, [orphan]);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('late', { status: 'failed' })]);
    await app.clock.advance(31 * DAY);
    await cleansUp();
    expect(await left()).toContain('late');
    expect(await app.taskStore.read(TASKS, 't-late')).not.toBeNull();
  });

  it('only counts in a dry run', async () => {
    const { left, cleansUp } = await withOldSessions();
    expect(await cleansUp(true)).toEqual({ sessions: 1, tasks: 1 });
    expect(await left()).toHaveLength(2 * STATUSES.length);
  });

  it('handles more sessions than it looks up at a time', async () => {
    const app = anApplication({ split });
    const sessions = Array.from({ length: 250 }, (_, index) =>
      aSessionRecord(`s-${index}`, { status: 'failed' }),
    );
    await app.acceptBatch.accept(SESSIONS, sessions);
    await app.acceptBatch.accept(TASKS, someTasks(3, { status: 'failed' }));
    await app.clock.advance(31 * DAY);
    expect(deletedCounts(await app.cleanUp.run(POLICY, { dryRun: false }))).toEqual({
      sessions: 250,
      tasks: 3,
    });
  });

  it('reads keys, and not the texts of the sessions', async () => {
    const { app, cleansUp } = await withOldSessions();
    const { sessionStore } = app;
    const query = sessionStore.query.bind(sessionStore);
    sessionStore.query = () => Promise.reject(new Error('records are read'));
    expect(await cleansUp(true)).toMatchObject({ sessions: 1 });
    expect(await cleansUp()).toMatchObject({ sessions: 1 });
    sessionStore.query = query;
  });

  it('keeps a session that another instance has resumed since it was looked up', async () => {
    const { app, other, left, cleansUp } = await withOldSessions();
    const remove = app.sessionStore.delete.bind(app.sessionStore);
    app.sessionStore.delete = async (...call) => {
      const resumed = aSessionRecord('failed-old', { status: 'processing' });
      await other.acceptBatch.acceptAndStore(SESSIONS, [resumed]);
      return remove(...call);
    };
    expect(await cleansUp()).toEqual({ sessions: 0, tasks: 0 });
    expect(await left()).toContain('failed-old');
    expect(await app.taskStore.read(TASKS, 't-failed')).not.toBeNull();
    expectBalanced(app);
    expectBalanced(other);
  });

  it.each([
    ['before the flush', 'looked up'],
    ['after the flush', 'flushed'],
  ] as const)('keeps a session that is resumed through this instance, %s', async (_, at) => {
    const { app, left, cleansUp } = await withOldSessions();
    const resume = () =>
      app.acceptBatch.accept(SESSIONS, [aSessionRecord('failed-old', { status: 'processing' })]);
    if (at === 'looked up') {
      const ask = app.sessionStore.newestVersion.bind(app.sessionStore);
      app.sessionStore.newestVersion = () => resume().then(ask);
    } else {
      app.journal.settle = async () => void (await resume());
    }
    expect(await cleansUp()).toEqual({ sessions: 0, tasks: 0 });
    expect(await left()).toContain('failed-old');
    expect(await app.taskStore.read(TASKS, 't-failed')).not.toBeNull();
    expectBalanced(app);
  });

  it('keeps what is accepted after the delete of a session', async () => {
    const { app, left, cleansUp } = await withOldSessions();
    const remove = app.sessionStore.delete.bind(app.sessionStore);
    app.sessionStore.delete = async (...call) => {
      app.sessionStore.delete = remove;
      const resumed = aSessionRecord('failed-old', { status: 'processing' });
      await app.acceptBatch.accept(SESSIONS, [resumed]);
      return remove(...call);
    };
    expect(await cleansUp()).toEqual({ sessions: 1, tasks: 1 });
    await app.buffer.flush();
    expect(await left()).toContain('failed-old');
    expectBalanced(app);
  });

  it('does not let an older write of another instance restore a session', async () => {
    const { app, other, left, cleansUp } = await withOldSessions();
    await other.acceptBatch.accept(TASKS, [
      aTaskRecord('t-failed', { session_id: 'failed-old', status: 'failed' }),
    ]);
    await other.acceptBatch.accept(SESSIONS, [aSessionRecord('failed-old', { status: 'failed' })]);
    await app.clock.advance(1);
    expect(await cleansUp()).toEqual({ sessions: 1, tasks: 1 });
    await other.buffer.flush();
    expect(await left()).not.toContain('failed-old');
    expect(await app.countQuarantined.count()).toBe(0);
    expectBalanced(other);
  });

  it('goes on with the others if one cannot be deleted, names it, and ends with its error', async () => {
    const { app, left, cleansUp } = await withOldSessions();
    await app.clock.advance(31 * DAY);
    const remove = app.sessionStore.delete.bind(app.sessionStore);
    const failing = new Set(['completed-old']);
    app.sessionStore.delete = (collection, key, ...rest) =>
      failing.has(key)
        ? Promise.reject(new StorageUnavailableError('memory', 'the statement took too long'))
        : remove(collection, key, ...rest);
    await expect(cleansUp()).rejects.toThrow('the statement took too long');
    expect((await left()).filter((key) => key.endsWith('-old'))).toEqual([
      'archived-old',
      'completed-old',
      'processing-old',
    ]);
    expect(app.logger.lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ key: 'completed-old' }) }),
    );
    failing.clear();
    expect(await cleansUp()).toEqual({ sessions: 1, tasks: 1 });
  });

  it.each([
    ['at once if the store does not answer', 1, true],
    ['after 20 that fail although it answers', 20, false],
  ])('stops %s', async (_when, most, isAway) => {
    const { app, cleansUp } = await withOldSessions();
    const many = Array.from({ length: 30 }, (_, index) =>
      aSessionRecord(`more-${index}`, { status: 'failed' }),
    );
    await app.acceptBatch.accept(SESSIONS, many);
    await app.buffer.flush();
    await app.clock.advance(31 * DAY);
    let asked = 0;
    app.sessionStore.delete = () => {
      asked += 1;
      return Promise.reject(new StorageUnavailableError('memory', 'gone'));
    };
    if (isAway) app.sessionStore.healthCheck = () => Promise.reject(new Error('no answer'));
    await expect(cleansUp()).rejects.toThrow('gone');
    expect(asked).toBe(most);
  });

  it('stops with an error when the store becomes unavailable, and can be repeated', async () => {
    const { app, cleansUp } = await withOldSessions();
    app.sessionStore.down = true;
    await expect(cleansUp()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    app.sessionStore.down = false;
    expect(await cleansUp()).toEqual({ sessions: 1, tasks: 1 });
  });
});
