import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { anApplication, sharedBackends } from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { FakeClock } from '../../../support/application/fake-clock.js';
import { KeptJournal } from '../../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord } from '../../../support/records/records.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 24, 12);

/** An instance that has stored a session, and a way to start it again one hour earlier. */
async function started() {
  const backends = sharedBackends();
  const journal = new KeptJournal();
  const app = anApplication({ backends, journal, clock: new FakeClock(NOON) });
  await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1', { status: 'old' })]);
  const startsAgain = async (kept: KeptJournal, { down }: { readonly down: boolean }) => {
    const again = anApplication({ backends, journal: kept, clock: new FakeClock(NOON - HOUR) });
    again.sessionStore.down = down;
    await again.restart.run();
    again.sessionStore.down = false;
    return again;
  };
  return { backends, journal, app, startsAgain };
}

const JOURNALS = [
  ['and everything in the journal was stored', (journal: KeptJournal) => journal.afterCheckpoint()],
  ['and the journal is replayed', (journal: KeptJournal) => journal.afterCrash()],
] as const;

describe.each(JOURNALS)(
  'when the clock was set back an hour between two runs, %s',
  (_name, next) => {
    it.each([
      ['down', true],
      ['up', false],
    ])(
      'an update is newer than what was stored before, with the store %s at start',
      async (_state, down) => {
        const { journal, startsAgain } = await started();
        const again = await startsAgain(next(journal), { down });
        const answer = await again.acceptBatch.acceptAndStore(SESSIONS, [
          aSessionRecord('s-1', { status: 'new' }),
        ]);
        expect(answer.acceptedAt).toBeGreaterThanOrEqual(NOON);
        expect((await again.sessionStore.read(SESSIONS, 's-1'))?.fields.status).toBe('new');
        expect(await again.queryRecords.find(SESSIONS, 's-1')).toMatchObject({
          status: 'new',
          updated_at: NOON,
        });
        expectBalanced(again);
      },
    );

    it('a delete covers what was stored before, and a new record is newer than the delete', async () => {
      const { journal, startsAgain } = await started();
      const again = await startsAgain(next(journal), { down: true });
      expect(await again.deleteRecord.delete(SESSIONS, 's-1')).not.toBeNull();
      expect(await again.queryRecords.find(SESSIONS, 's-1')).toBeNull();
      await again.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1')]);
      expect(await again.queryRecords.find(SESSIONS, 's-1')).toMatchObject({
        status: 'processing',
      });
      expectBalanced(again);
    });

    it('a new record is newer than a delete of the earlier run', async () => {
      const { app, journal, startsAgain } = await started();
      await app.deleteRecord.delete(SESSIONS, 's-1');
      const again = await startsAgain(next(journal), { down: true });
      await again.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'new' })]);
      await again.acceptBatch.acceptAndStore(TASKS, [aTaskRecord('t-1')]);
      expect(await again.queryRecords.find(SESSIONS, 's-1')).toMatchObject({ status: 'new' });
      expect(await again.taskStore.count(TASKS, [])).toBe(1);
      expectBalanced(again);
    });

    it('a new record is newer than a delete that took the version of a store whose clock was ahead', async () => {
      const { app, backends, journal, startsAgain } = await started();
      const ahead = anApplication({ backends, clock: new FakeClock(NOON + HOUR) });
      await ahead.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1')]);
      await app.deleteRecord.delete(SESSIONS, 's-1');
      const again = await startsAgain(next(journal), { down: true });
      await again.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1', { status: 'new' })]);
      expect((await again.sessionStore.read(SESSIONS, 's-1'))?.fields.status).toBe('new');
    });
  },
);

describe('an instance that has never seen the store', () => {
  it('queries it before the first flush to it, and is newer from then on', async () => {
    const { startsAgain } = await started();
    const again = await startsAgain(new KeptJournal(), { down: true });
    await again.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-2')]);
    await again.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1', { status: 'new' })]);
    expect((await again.sessionStore.read(SESSIONS, 's-1'))?.fields.status).toBe('new');
  });

  it('queries it before a delete', async () => {
    const { startsAgain } = await started();
    const again = await startsAgain(new KeptJournal(), { down: true });
    expect(await again.deleteRecord.delete(SESSIONS, 's-1')).not.toBeNull();
    await again.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1')]);
    expect(await again.queryRecords.find(SESSIONS, 's-1')).not.toBeNull();
  });

  it('queries a store once', async () => {
    const app = anApplication({ split: true });
    let asked = 0;
    for (const store of [app.sessionStore, app.taskStore]) {
      store.newestVersion = async () => {
        asked += 1;
        return 0;
      };
    }
    app.taskStore.newestVersion = () => Promise.reject(new Error('connection refused'));
    await app.restart.run();
    app.taskStore.newestVersion = async () => {
      asked += 1;
      return 0;
    };
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.acceptAndStore(TASKS, [aTaskRecord()]);
    expect(asked).toBe(2);
  });
});

describe('when the clock is set back while the service runs', () => {
  it('an update is newer than earlier writes', async () => {
    const { app } = await started();
    const clock = app.clock as FakeClock;
    clock.setWallClock(NOON - HOUR);
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord('s-1', { status: 'new' })]);
    expect((await app.sessionStore.read(SESSIONS, 's-1'))?.fields.status).toBe('new');
  });

  it('pending writes are stored when they are due, and retried when that is due', async () => {
    const app = anApplication({ settings: { flushInterval: 30_000 } });
    app.sessionStore.down = true;
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.clock.advance(20_000);
    app.clock.setWallClock(app.clock.now() - HOUR);
    await app.clock.advance(10_000);
    expect(app.buffer.snapshot()).toMatchObject({
      failedFlushesInARow: 1,
      oldestPendingSeconds: 30,
    });
    app.sessionStore.down = false;
    app.clock.setWallClock(app.clock.now() - HOUR);
    await app.clock.advance(1000);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0 });
    expectBalanced(app);
  });
});
