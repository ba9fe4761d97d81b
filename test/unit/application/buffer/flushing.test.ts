import { afterEach, describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import {
  type Application,
  type ApplicationOptions,
  anApplication,
} from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { settle } from '../../../support/application/fake-clock.js';
import { writtenOf } from '../../../support/application/flush-reports.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../../support/records/records.js';

let app: Application;

async function started(options: ApplicationOptions = {}): Promise<Application> {
  app = anApplication(options);
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
  await app.buffer.flush();
  return app;
}

afterEach(() => expectBalanced(app));

const storedTasks = () => app.taskStore.count(TASKS, []);

describe('a flush', () => {
  it('starts automatically when a collection holds max_buffer_size records', async () => {
    await started({ settings: { maxBufferSize: 10 } });
    await app.acceptBatch.accept(TASKS, someTasks(9));
    await settle();
    expect(await storedTasks()).toBe(0);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-9')]);
    await settle();
    expect(await storedTasks()).toBe(10);
  });

  it('starts automatically when the oldest record is flush_interval old', async () => {
    await started({ settings: { flushInterval: 30_000 } });
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-0')]);
    await app.clock.advance(20_000);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    await app.clock.advance(9_999);
    expect(await storedTasks()).toBe(0);
    await app.clock.advance(1);
    expect(await storedTasks()).toBe(2);
  });

  it('of a full buffer waits until flush_spacing has passed since the last one started, so that writes coalesce', async () => {
    await started({ settings: { maxBufferSize: 3, flushSpacing: 100 } });
    await app.clock.advance(100);
    await app.acceptBatch.accept(TASKS, someTasks(3));
    await settle();
    expect(await storedTasks()).toBe(3);
    await app.clock.advance(20);
    await app.acceptBatch.accept(TASKS, someTasks(4));
    await app.acceptBatch.accept(TASKS, someTasks(4));
    await app.clock.advance(79);
    expect(await storedTasks()).toBe(3);
    await app.clock.advance(1);
    expect(await storedTasks()).toBe(4);
    expect(app.buffer.snapshot()).toMatchObject({ coalesced: 4 });
  });

  it('on demand does not wait for flush_spacing', async () => {
    await started({ settings: { maxBufferSize: 3, flushSpacing: 100 } });
    await app.acceptBatch.accept(TASKS, someTasks(3));
    expect(writtenOf(await app.buffer.flush())).toMatchObject({ tasks: 3 });
  });

  it('on demand writes everything accepted before and reports how much', async () => {
    await started();
    await app.acceptBatch.accept(TASKS, someTasks(3));
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]);
    expect(writtenOf(await app.buffer.flush())).toMatchObject({ sessions: 1, tasks: 3 });
  });

  it('on demand with nothing pending writes nothing', async () => {
    await started();
    expect(writtenOf(await app.buffer.flush())).toMatchObject({ sessions: 0, tasks: 0 });
  });

  it('writes one row for a task that changed many times', async () => {
    await started();
    for (const status of ['pending', 'processing', 'completed']) {
      await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status })]);
    }
    expect(writtenOf(await app.buffer.flush())).toMatchObject({ tasks: 1 });
    expect(app.buffer.snapshot()).toMatchObject({ coalesced: 2 });
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields.status).toBe('completed');
  });

  it('writes sessions before their tasks, whatever was accepted first', async () => {
    app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    expect(app.sessionStore.attempts).toEqual([['s-1'], ['t-1']]);
  });

  it('runs two transactions at a time', async () => {
    await started({ settings: { maxBufferSize: 10_000 } });
    await app.acceptBatch.accept(TASKS, someTasks(2_500));
    const release = app.taskStore.hang();
    const flush = app.buffer.flush();
    await settle();
    expect(app.taskStore.attempts.slice(1).map(({ length }) => length)).toEqual([1000, 1000]);
    release();
    expect(writtenOf(await flush)).toMatchObject({ tasks: 2_500 });
  });

  it('that fails in one transaction waits for the other, and keeps what neither has stored', async () => {
    await started({ settings: { maxBufferSize: 10_000 } });
    await app.acceptBatch.accept(TASKS, someTasks(2_500));
    const write = app.taskStore.write.bind(app.taskStore);
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    app.taskStore.write = async (collection, writes) => {
      if (writes.some(({ key }) => key === 't-0')) throw new StorageUnavailableError('x', 'gone');
      await slow;
      return write(collection, writes);
    };
    let ended = false;
    const flush = app.buffer.flush().finally(() => {
      ended = true;
    });
    const outcome = expect(flush).rejects.toThrow('gone');
    await settle();
    expect(ended).toBe(false);
    release();
    await outcome;
    expect(await storedTasks()).toBe(1000);
    expect(app.buffer.snapshot().waiting.get(TASKS.name)).toBe(1500);
    app.taskStore.write = write;
    await app.buffer.flush();
    expect(await storedTasks()).toBe(2_500);
  });

  it('writes transactions of a thousand rows', async () => {
    await started();
    await app.acceptBatch.accept(TASKS, someTasks(2_500));
    await app.buffer.flush();
    expect(app.taskStore.attempts.slice(1).map(({ length }) => length)).toEqual([1000, 1000, 500]);
  });

  it('does not delay a request that did not request it', async () => {
    await started({ settings: { maxBufferSize: 1 } });
    const release = app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-0')]);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    expect(app.buffer.snapshot().pending).toBe(2);
    release();
    await app.buffer.flush();
    expect(await storedTasks()).toBe(2);
  });

  it('runs alone: requests during a flush share the next one', async () => {
    await started();
    const release = app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-0')]);
    const first = app.buffer.flush();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    const second = app.buffer.flush();
    const third = app.buffer.flush();
    await settle();
    expect(app.taskStore.attempts.slice(1)).toEqual([['t-0']]);
    release();
    await Promise.all([first, second, third]);
    expect(app.taskStore.attempts.slice(1)).toEqual([['t-0'], ['t-1']]);
  });

  it('covers what was accepted before it, even if that is already in flight', async () => {
    await started();
    const release = app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-0')]);
    void app.buffer.flush();
    let answered = false;
    const second = app.buffer.flush().then(() => {
      answered = true;
    });
    await settle();
    expect(answered).toBe(false);
    release();
    await second;
    expect(await storedTasks()).toBe(1);
  });
});

describe('a requested flush', () => {
  it('waits for work that excludes flushes, and runs right after it', async () => {
    await started();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-0')]);
    const release = app.taskStore.hang();
    const first = app.buffer.flush();
    let finish = () => {};
    const work = app.buffer.withoutFlush(() => new Promise<void>((done) => (finish = done)));
    const asked = app.buffer.flush();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    release();
    await first;
    await settle();
    expect(await storedTasks()).toBe(1);
    finish();
    await Promise.all([work, asked]);
    expect(await storedTasks()).toBe(2);
  });
});

describe('when the store is down', () => {
  it('a flush on demand fails, and all records are kept', async () => {
    await started();
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, someTasks(3));
    await expect(app.buffer.flush()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(app.buffer.snapshot()).toMatchObject({ pending: 3, failedFlushesInARow: 1 });
  });

  it('the flush is retried after growing pauses, without limit, until all records are stored', async () => {
    await started({ settings: { maxBufferSize: 3 } });
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, someTasks(3));
    await settle();
    for (const pause of [1000, 2000, 4000, 8000]) {
      expect(app.clock.armed).toEqual([pause]);
      await app.clock.advance(pause);
    }
    app.taskStore.down = false;
    await app.clock.advance(16_000);
    expect(await storedTasks()).toBe(3);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, failedFlushesInARow: 0 });
  });

  it('the pause is neither extended nor restarted by work that excludes flushes', async () => {
    await started({ settings: { maxBufferSize: 3 } });
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, someTasks(3));
    await settle();
    await app.clock.advance(400);
    for (let call = 0; call < 5; call += 1) await app.buffer.withoutFlush(async () => undefined);
    expect(app.clock.armed).toEqual([600]);
    await app.clock.advance(600);
    expect(app.clock.armed).toEqual([2000]);
  });

  it('the pause is neither extended nor restarted by a flush on demand', async () => {
    await started({ settings: { maxBufferSize: 3 } });
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, someTasks(3));
    await settle();
    await app.clock.advance(400);
    for (let call = 0; call < 5; call += 1) {
      await expect(app.buffer.flush()).rejects.toThrow();
      await expect(app.buffer.flushThen(async () => undefined)).rejects.toThrow();
    }
    expect(app.clock.armed).toEqual([600]);
    await app.clock.advance(600);
    expect(app.clock.armed).toEqual([2000]);
  });

  it('new writes are accepted and coalesce with those that failed', async () => {
    await started();
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'processing' })]);
    await expect(app.buffer.flush()).rejects.toThrow();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'completed' })]);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1, coalesced: 1 });
    app.taskStore.down = false;
    await app.buffer.flush();
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields.status).toBe('completed');
  });

  it('a write that arrived during the failing flush is merged with the one that failed', async () => {
    await started();
    const release = app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { context: 'shop' })]);
    const flush = app.buffer.flush();
    await settle();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { status: 'completed' })]);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-2')]);
    app.taskStore.down = true;
    release();
    await expect(flush).rejects.toThrow();
    expect(app.buffer.snapshot()).toMatchObject({ pending: 2, coalesced: 1 });
    app.taskStore.down = false;
    await app.buffer.flush();
    expect((await app.taskStore.read(TASKS, 't-1'))?.fields).toMatchObject({
      context: 'shop',
      status: 'completed',
    });
  });

  it('what was stored before the failure is not written twice, and the rest is stored later', async () => {
    await started();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]);
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    const release = app.taskStore.hang();
    const flush = app.buffer.flush();
    await settle();
    app.taskStore.losesAnswers = true;
    release();
    await expect(flush).rejects.toThrow('connection lost');
    app.taskStore.losesAnswers = false;
    await app.buffer.flush();
    expect(await storedTasks()).toBe(1);
    expect(await app.sessionStore.count(SESSIONS, [])).toBe(2);
  });

  it('a flush requested during the failing one is the next attempt', async () => {
    await started();
    const release = app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    app.taskStore.down = true;
    const first = app.buffer.flush();
    const second = app.buffer.flush();
    first.catch(() => {
      app.taskStore.down = false;
    });
    release();
    await expect(first).rejects.toThrow();
    await second;
    expect(await storedTasks()).toBe(1);
  });
});

describe('at every moment', () => {
  it('a timer is armed or a flush is running while writes are pending', async () => {
    await started({ settings: { maxBufferSize: 4 } });
    const watched = () => {
      const { pending, isWatching } = app.buffer.snapshot();
      expect(pending === 0 || isWatching).toBe(true);
    };
    let state = 20_261_124;
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    for (let step = 0; step < 400; step += 1) {
      const choice = random(6);
      if (choice <= 2) await app.acceptBatch.accept(TASKS, [aTaskRecord(`t-${random(9)}`)]);
      else if (choice === 3) app.taskStore.down = random(2) === 0;
      else if (choice === 4) await app.clock.advance(random(40_000));
      else if (random(2) === 0) await app.buffer.flush().catch(() => undefined);
      else await app.buffer.flushThen(async () => undefined).catch(() => undefined);
      watched();
      expectBalanced(app);
    }
    app.taskStore.down = false;
    await app.clock.advance(10_000_000);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 0, isWatching: false });
  });
});
