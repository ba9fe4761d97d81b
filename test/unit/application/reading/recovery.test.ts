import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { anApplication } from '../../../support/application/application.js';
import { collected } from '../../../support/http/pages.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../../support/records/records.js';

/** Calls `act` before each question of the list to a store. */
function beforeEachRead(app: ReturnType<typeof anApplication>, act: () => Promise<void>): void {
  for (const store of new Set([app.sessionStore, app.taskStore])) {
    const { keys, parentsWith, query } = store;
    store.keys = async (...asked) => {
      await act();
      return keys.apply(store, asked);
    };
    store.parentsWith = async (...asked) => {
      await act();
      return parentsWith.apply(store, asked);
    };
    store.query = async (...asked) => {
      await act();
      return query.apply(store, asked);
    };
  }
}

describe('recovery', () => {
  it('lists every session whose status is not a finished one, newest first', async () => {
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
    await app.buffer.flush();
    const sessions = await collected(app.readUnfinished.list(SESSIONS));
    expect(sessions.map(({ session_id }) => session_id)).toEqual(['s-5', 's-3', 's-1']);
  });

  it.each([
    ['one store', false],
    ['a store for each collection', true],
  ])('lists finished sessions that have unfinished tasks in order, with %s', async (_, split) => {
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
    await app.buffer.flush();
    const sessions = await collected(app.readUnfinished.list(SESSIONS));
    expect(sessions.map(({ session_id }) => session_id)).toEqual(['s-4', 's-2', 's-1']);
  });

  it('lists sessions of the same moment by their ids, so that two calls return the same order', async () => {
    const app = anApplication();
    const at = '2026-01-01T00:00:00.000Z';
    const created = { created_at: at };
    const sessions = ['s-1', 's-3'].map((key) => aSessionRecord(key, created));
    const finished = aSessionRecord('s-2', { ...created, status: 'completed' });
    await app.acceptBatch.accept(SESSIONS, [finished]);
    await app.acceptBatch.accept(SESSIONS, sessions);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { session_id: 's-2' })]);
    await app.buffer.flush();
    const listed = await collected(app.readUnfinished.list(SESSIONS));
    expect(listed.map(({ session_id }) => session_id)).toEqual(['s-3', 's-2', 's-1']);
  });

  it('lists hundreds of finished sessions with unfinished tasks in order, and reads no other twice', async () => {
    const app = anApplication();
    const names = Array.from({ length: 620 }, (_, index) => `s-${index}`);
    // The keys are in another order than the times.
    for (let step = 0; step < names.length; step += 1) {
      const index = (step * 7) % names.length;
      const status = index % 20 === 0 ? 'processing' : 'completed';
      await app.acceptBatch.accept(SESSIONS, [aSessionRecord(`s-${index}`, { status })]);
      app.clock.setWallClock(app.clock.now() + 1000);
    }
    await app.acceptBatch.accept(
      TASKS,
      names.map((key) => aTaskRecord(`t-${key}`, { session_id: key })),
    );
    await app.buffer.flush();
    const { sessionStore } = app;
    const query = sessionStore.query.bind(sessionStore);
    const read = new Map<string, number>();
    sessionStore.query = async (...question) => {
      const page = await query(...question);
      for (const { key } of page.items) read.set(key, (read.get(key) ?? 0) + 1);
      return page;
    };
    const listed = await collected(app.readUnfinished.list(SESSIONS));
    const times = listed.map(({ created_at }) => Number(created_at));
    expect(new Set(times).size).toBe(620);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(names.filter((key, index) => index % 20 === 0 && read.get(key) !== 1)).toEqual([]);
  });

  it('sends the newest session before it looks for older ones, and reads no record without work', async () => {
    const app = anApplication();
    for (let index = 0; index < 1200; index += 1) {
      await app.acceptBatch.accept(SESSIONS, [aSessionRecord(`s-${index}`, { status: 'failed' })]);
      app.clock.setWallClock(app.clock.now() + 1000);
    }
    const withWork = ['s-1199', 's-3'];
    await app.acceptBatch.accept(
      TASKS,
      withWork.map((key) => aTaskRecord(`t-${key}`, { session_id: key })),
    );
    await app.buffer.flush();
    const { sessionStore } = app;
    const [keys, query] = [
      sessionStore.keys.bind(sessionStore),
      sessionStore.query.bind(sessionStore),
    ];
    const examined: string[] = [];
    const read: string[] = [];
    sessionStore.keys = async (...question) => {
      const page = await keys(...question);
      examined.push(...page.keys);
      return page;
    };
    sessionStore.query = async (...question) => {
      const page = await query(...question);
      read.push(...page.items.map(({ key }) => key));
      return page;
    };
    const chunks = app.readUnfinished.list(SESSIONS);
    expect((await chunks.next()).value).toMatchObject([{ session_id: 's-1199' }]);
    expect(examined).toHaveLength(500);
    expect((await chunks.next()).value).toMatchObject([{ session_id: 's-3' }]);
    expect((await chunks.next()).done).toBe(true);
    expect(examined).toHaveLength(1200);
    expect(read).toEqual(withWork);
  });

  describe.each([
    ['one store', false],
    ['a store for each collection', true],
  ])('with %s', (_, split) => {
    it.each([
      ['is finished', 'processing', 'completed', 'pending'],
      ['is resumed', 'completed', 'processing', 'pending'],
      ['is resumed, and its last task finished', 'completed', 'processing', 'completed'],
    ])(
      'lists a session once that %s while the list is read',
      async (_what, before, after, task) => {
        for (const reads of [1, 2, 3, 4]) {
          const app = anApplication({ split });
          await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: before })]);
          await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
          await app.buffer.flush();
          let asked = 0;
          beforeEachRead(app, async () => {
            asked += 1;
            if (asked !== reads) return;
            await app.acceptBatch.acceptAndStore(SESSIONS, [
              aSessionRecord('s-1', { status: after }),
            ]);
            await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1', { status: task })]);
          });
          const sessions = await collected(app.readUnfinished.list(SESSIONS));
          expect(
            sessions.map(({ session_id }) => session_id),
            `before read ${reads}`,
          ).toEqual(['s-1']);
          expect(asked).toBe(4);
        }
      },
    );
  });

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
    await app.buffer.flush();
    const restored = await app.readUnfinished.restore(SESSIONS, 's-1');
    const tasks: unknown[] = [];
    for await (const chunk of restored?.unfinished(TASKS) ?? [])
      tasks.push(...chunk.map(({ task_id }) => task_id));
    expect(restored?.record.session_id).toBe('s-1');
    expect(new Set(tasks)).toEqual(new Set(someTasks(1203).map(({ key }) => key)));
    expect(tasks).toHaveLength(1203);
  });

  it('returns null for a session that does not exist', async () => {
    expect(await anApplication().readUnfinished.restore(SESSIONS, 'nothing')).toBeNull();
  });
});
