import { beforeEach, describe, expect, it } from 'vitest';
import { GuardedBackend } from '../../../src/adapters/storage/guarded/guarded-backend.js';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { StorageUnavailableError } from '../../../src/domain/errors.js';
import { FakeClock } from '../../support/application/fake-clock.js';
import { FaultyBackend } from '../../support/application/faulty-backend.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';

describe('a store behind a circuit breaker', () => {
  let store: FaultyBackend;
  let guarded: GuardedBackend;
  let clock: FakeClock;
  const failing = () => guarded.read(TASKS, 't-1').catch((error: Error) => error.message);
  const failingWrite = () =>
    guarded.write(SESSIONS, [sessionWrite('s-1', 1)]).catch((error: Error) => error.message);
  const failures = async (calls: number, call: () => Promise<unknown> = failing) => {
    for (let made = 0; made < calls; made += 1) expect(await call()).toBe('connection refused');
  };

  beforeEach(() => {
    clock = new FakeClock();
    store = new FaultyBackend(new MemoryBackend(['translation_sessions', 'translation_tasks']));
    guarded = new GuardedBackend(store, clock);
  });

  it('is called as usual while it answers, including a refused record', async () => {
    for (let round = 0; round < 20; round += 1) {
      await expect(guarded.write(TASKS, [taskWrite('t-1', 1)])).rejects.toMatchObject({
        reason: 'MISSING_PARENT',
      });
    }
    await guarded.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await guarded.read(SESSIONS, 's-1')).not.toBeNull();
  });

  it('is not called after five consecutive failures, and callers get the reason at once', async () => {
    store.down = true;
    await failures(5);
    store.down = false;
    expect(await failing()).toBe(
      'connection refused; it has not answered recently; it is checked every 1 s',
    );
    await expect(guarded.healthCheck()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });

  it('is still called when an answer comes between failures', async () => {
    for (let round = 0; round < 3; round += 1) {
      store.down = true;
      await failures(4);
      store.down = false;
      expect(await guarded.read(TASKS, 't-1')).toBeNull();
    }
  });

  it('shows its connections, also while it is not called, and none if it has none', async () => {
    const use = { inUse: 1, idle: 2, limit: 10, waiting: 0 };
    expect(guarded.connections()).toBeNull();
    store.connections = () => use;
    store.down = true;
    for (let call = 0; call < 6; call += 1) await failing();
    expect(guarded.connections()).toEqual(use);
  });

  it('is called again after a pause, and used normally once it answers', async () => {
    store.down = true;
    await failures(5);
    await clock.advance(1000);
    await failures(1);
    expect(await failing()).toMatch(/has not answered recently/);
    store.down = false;
    await clock.advance(999);
    expect(await failing()).toMatch(/has not answered recently/);
    await clock.advance(1);
    expect(await guarded.read(TASKS, 't-1')).toBeNull();
    expect(await guarded.read(TASKS, 't-1')).toBeNull();
  });

  it.each([-3_600_000, 3_600_000])(
    'is called again after the same pause when the wall clock jumps by %i ms',
    async (jump) => {
      store.down = true;
      await failures(5);
      store.down = false;
      clock.setWallClock(clock.now() + jump);
      expect(await failing()).toMatch(/has not answered recently/);
      await clock.advance(1000);
      expect(await guarded.read(TASKS, 't-1')).toBeNull();
    },
  );

  it('is called by one caller at a time until it is back', async () => {
    store.down = true;
    await failures(5, failingWrite);
    store.down = false;
    await clock.advance(1000);
    const release = store.hang();
    const probe = failingWrite();
    await clock.advance(250);
    expect(await failingWrite()).toMatch(/has not answered recently/);
    release();
    expect(await probe).toBe(0);
    expect(await failingWrite()).toBe(0);
  });

  it('answers calls that come together once it is back, and refuses all but one if it is not', async () => {
    store.down = true;
    await failures(5, failingWrite);
    await clock.advance(1000);
    const [first, ...others] = await Promise.all([1, 2, 3].map(failingWrite));
    expect(first).toBe('connection refused');
    for (const other of others) expect(other).toMatch(/has not answered recently/);
    store.down = false;
    await clock.advance(1000);
    expect(await Promise.all([1, 2, 3].map(failingWrite))).toEqual([0, 0, 0]);
  });

  it('refuses a call that has waited for a check that takes long', async () => {
    store.down = true;
    await failures(5, failingWrite);
    store.down = false;
    await clock.advance(1000);
    const release = store.hang();
    const calls = [failingWrite(), failingWrite()];
    await clock.advance(250);
    expect(await calls[1]).toMatch(/has not answered recently/);
    release();
    expect(await calls[0]).toBe(0);
  });

  it('answers calls that come together although the first fails with unknown meaning', async () => {
    store.down = true;
    await failures(5, failingWrite);
    store.down = false;
    await clock.advance(1000);
    store.failsOn.add('t-odd');
    const odd = guarded.write(TASKS, [taskWrite('t-odd', 1)]).catch(({ message }) => message);
    const others = [1, 2, 3].map(failingWrite);
    expect(await odd).toBe('error 9999');
    expect(await Promise.all(others)).toEqual([0, 0, 0]);
    expect(clock.armed).toEqual([]);
  });

  it('is not called even if an earlier call is answered late', async () => {
    const release = store.hang();
    const late = failingWrite();
    store.write = () => Promise.reject(new StorageUnavailableError('memory', 'connection refused'));
    await failures(5, failingWrite);
    release();
    expect(await late).toBe(0);
    expect(await failingWrite()).toMatch(/has not answered recently/);
  });

  it('is read while it accepts no writes, and written while it answers no reads', async () => {
    const refuses = () => Promise.reject(new StorageUnavailableError('memory', 'the disk is full'));
    store.write = refuses;
    for (let call = 0; call < 7; call += 1) {
      expect(await failingWrite()).toMatch(/^the disk is full/);
      expect(await guarded.read(TASKS, 't-1')).toBeNull();
    }
    expect(await failingWrite()).toMatch(/has not answered recently/);
  });

  it('is still called after a failure of unknown meaning, and passes the failure on unchanged', async () => {
    const unclear = () => {
      const text = 'an unknown error';
      return Promise.reject(
        new StorageUnavailableError('memory', text, undefined, { unclear: true }),
      );
    };
    store.count = unclear;
    const count = () => guarded.count(TASKS, []).catch((error: unknown) => error);
    for (let call = 0; call < 20; call += 1) {
      expect(await count()).toMatchObject({ message: 'an unknown error', unclear: true });
    }
    store.down = true;
    await failures(4);
    await count();
    await failures(1);
    store.down = false;
    expect(await failing()).toMatch(/has not answered recently/);
    await clock.advance(1000);
    // This shows nothing about the store, so the next call checks whether it is back.
    await count();
    expect(await guarded.read(TASKS, 't-1')).toBeNull();
  });

  describe('that accepts no writes', () => {
    const fails = (error: Error) => {
      const works = store.write;
      store.write = () => Promise.reject(error);
      return failingWrite().finally(() => {
        store.write = works;
      });
    };
    const full = new StorageUnavailableError('memory', 'the disk is full');

    it.each([
      ['a write', () => guarded.write(SESSIONS, [sessionWrite('s-1', 1)])],
      ['a delete', () => guarded.delete(SESSIONS, 's-1', 2)],
      ['an announcement', () => guarded.announce({ id: 'i-1', survives: true, seenAt: 1 }, null)],
      ['a quarantined record', () => guarded.quarantine.add(SESSIONS, [], 1)],
    ])('says so until %s succeeds', async (_, change) => {
      await fails(full);
      expect(guarded.concerns()).toEqual(['it accepts no writes: the disk is full']);
      await change();
      expect(guarded.concerns()).toEqual([]);
    });

    it('still says so after a read, and a change that fails', async () => {
      await fails(full);
      await guarded.read(SESSIONS, 's-1');
      store.down = true;
      await expect(guarded.delete(SESSIONS, 's-1', 2)).rejects.toThrow('connection refused');
      expect(guarded.concerns()).toEqual(['it accepts no writes: the disk is full']);
    });
  });

  it('accepts writes although it fails on one record', async () => {
    store.failsOn.add('s-1');
    await expect(guarded.write(SESSIONS, [sessionWrite('s-1', 1)])).rejects.toThrow('error 9999');
    expect(guarded.concerns()).toEqual([]);
  });
});
