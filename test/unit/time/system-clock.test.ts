import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../src/adapters/time/system-clock.js';

const DAY = 86_400_000;

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 24) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('returns the time of day, and a monotonic time', () => {
    const clock = new SystemClock();
    const before = clock.monotonic();
    expect(clock.now()).toBe(Date.UTC(2026, 10, 24));
    vi.advanceTimersByTime(5);
    expect(clock.now()).toBe(Date.UTC(2026, 10, 24) + 5);
    expect(clock.monotonic() - before).toBe(5);
  });

  it('fires once, after its delay', () => {
    const action = vi.fn();
    new SystemClock().schedule(1000, action);
    vi.advanceTimersByTime(999);
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5000);
    expect(action).toHaveBeenCalledTimes(1);
  });

  it('ends a pause after its length', async () => {
    const ended = vi.fn();
    const pause = new SystemClock().pause(1000).then(ended);
    await vi.advanceTimersByTimeAsync(999);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await pause;
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('does not fire if cancelled; cancelling twice is harmless', () => {
    const action = vi.fn();
    const cancel = new SystemClock().schedule(1000, action);
    cancel();
    cancel();
    vi.advanceTimersByTime(5000);
    expect(action).not.toHaveBeenCalled();
  });

  it('can wait for a year, and can be cancelled meanwhile', () => {
    const [action, cancelled] = [vi.fn(), vi.fn()];
    const clock = new SystemClock();
    clock.schedule(365 * DAY, action);
    const cancel = clock.schedule(365 * DAY, cancelled);
    vi.advanceTimersByTime(100 * DAY);
    cancel();
    vi.advanceTimersByTime(265 * DAY - 1);
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(1);
    expect(cancelled).not.toHaveBeenCalled();
  });
});

describe('a timer of the clock', () => {
  it('does not keep the process alive', () => {
    const source = join(import.meta.dirname, '../../../src/adapters/time/system-clock.ts');
    const script = `const { SystemClock } = await import(${JSON.stringify(source)});
      new SystemClock().schedule(3_600_000, () => {});`;
    const { status, signal } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { timeout: 20_000 },
    );
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });
});
