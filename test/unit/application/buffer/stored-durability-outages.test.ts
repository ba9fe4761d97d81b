import { afterEach, describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { newWrite } from '../../../../src/domain/write.js';
import { type Application, anApplication } from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { aSessionRecord, aTaskRecord } from '../../../support/records/records.js';

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

describe('with durability stored, and a store that has hung since the start, batches', () => {
  it('wait within the limits of the buffer, for one question', async () => {
    started({ settings: { maxPendingRecords: 6 } });
    const answers: ((version: number) => void)[] = [];
    app.sessionStore.newestVersion = () => new Promise((resolve) => answers.push(resolve));
    const first = app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    const second = tasks('t-1', 't-2', 't-3', 't-4', 't-5');
    await expect(tasks('t-6')).rejects.toMatchObject({ code: 'BUFFER_FULL' });
    expect(answers).toHaveLength(1);
    const newest = app.versions.next(app.clock.now() + 60_000);
    answers[0]?.(newest);
    await Promise.all([first, second]);
    expect((await app.taskStore.read(TASKS, 't-5'))?.version).toBeGreaterThan(newest);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, isFull: false });
  });

  it('are refused when it fails, and the next one asks again', async () => {
    started();
    const { newestVersion } = app.sessionStore;
    let asked = 0;
    app.sessionStore.newestVersion = () => {
      asked += 1;
      return Promise.reject(new StorageUnavailableError('memory', 'away'));
    };
    const outcomes = await Promise.allSettled([tasks('t-1'), tasks('t-2')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toBe(1);
    app.sessionStore.newestVersion = newestVersion;
    expect(await session()).toMatchObject({ count: 1 });
  });
});

describe('with durability stored, a failed flush', () => {
  const warnings = () => app.logger.lines.filter(({ level }) => level === 'warn');

  it('is over once its batches are refused, because nothing waits to be retried', async () => {
    started();
    await session();
    app.taskStore.down = true;
    for (const key of ['t-1', 't-2', 't-3'])
      await expect(tasks(key)).rejects.toMatchObject(REFUSED);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, failedFlushesInARow: 0 });
    expect(warnings().map(({ message }) => message)).toEqual(
      Array(3).fill('A flush failed; batches with records that it did not store are refused'),
    );
    expect(warnings().at(-1)?.fields).toMatchObject({ failuresInARow: 3, pending: 0 });
  });

  it('counts while the records of an earlier journal wait, which are kept', async () => {
    started();
    await app.buffer.restore(SESSIONS, [newWrite('s-1', 1, aSessionRecord().fields)], 1);
    app.sessionStore.down = true;
    await expect(app.buffer.flush()).rejects.toThrow();
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1, failedFlushesInARow: 1 });
    expect(warnings()).toMatchObject([
      { message: 'A flush failed; all records are kept and the flush is retried' },
    ]);
    app.sessionStore.down = false;
    await app.clock.advance(60_000);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, failedFlushesInARow: 0 });
  });

  it('counts while tasks wait in quarantine for a session that it has stored', async () => {
    started();
    await tasks('t-1');
    const { quarantine } = app.taskStore;
    const waitingFor = quarantine.waitingFor.bind(quarantine);
    quarantine.waitingFor = () => Promise.reject(new StorageUnavailableError('memory', 'away'));
    await session();
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, failedFlushesInARow: 1 });
    quarantine.waitingFor = waitingFor;
    await app.clock.advance(60_000);
    expect(app.buffer.snapshot()).toMatchObject({ failedFlushesInARow: 0 });
    expect(await app.countQuarantined.count()).toBe(0);
  });
});
