import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GuardedBackend } from '../../../src/adapters/storage/guarded/guarded-backend.js';
import { MemoryBackend } from '../../../src/adapters/storage/memory/memory-backend.js';
import { FaultyBackend } from '../../support/faulty-backend.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/writes.js';

describe('a store behind a circuit breaker', () => {
  let store: FaultyBackend;
  let guarded: GuardedBackend;
  const failing = () => guarded.read(TASKS, 't-1').catch((error: Error) => error.message);

  beforeEach(() => {
    vi.useFakeTimers();
    store = new FaultyBackend(new MemoryBackend(['translation_sessions', 'translation_tasks']));
    guarded = new GuardedBackend(store);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked as ever while it answers, a refused record included', async () => {
    for (let round = 0; round < 20; round += 1) {
      await expect(guarded.write(TASKS, [taskWrite('t-1', 1)])).rejects.toMatchObject({
        reason: 'MISSING_PARENT',
      });
    }
    await guarded.write(SESSIONS, [sessionWrite('s-1', 1)]);
    expect(await guarded.read(SESSIONS, 's-1')).not.toBeNull();
  });

  it('is left alone after five failures in a row, and callers are told at once', async () => {
    store.down = true;
    for (let call = 0; call < 5; call += 1) expect(await failing()).toBe('connection refused');
    store.down = false;
    expect(await failing()).toMatch(/has not answered lately/);
    await expect(guarded.healthCheck()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });

  it('shows its connections, also while it is left alone, and none where it has none', async () => {
    const use = { inUse: 1, idle: 2, limit: 10, waiting: 0 };
    expect(guarded.connections()).toBeNull();
    store.connections = () => use;
    store.down = true;
    for (let call = 0; call < 6; call += 1) await failing();
    expect(guarded.connections()).toEqual(use);
  });

  it('is asked again after a pause, and used as before once it answers', async () => {
    store.down = true;
    for (let call = 0; call < 5; call += 1) await failing();
    vi.advanceTimersByTime(1000);
    expect(await failing()).toBe('connection refused');
    expect(await failing()).toMatch(/has not answered lately/);
    store.down = false;
    vi.advanceTimersByTime(1000);
    expect(await guarded.read(TASKS, 't-1')).toBeNull();
    expect(await guarded.read(TASKS, 't-1')).toBeNull();
  });
});
