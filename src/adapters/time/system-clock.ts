import type { CancelTimer, Clock } from '../../ports/clock.js';

/** Milliseconds, 24.8 days; Node fires a longer timer at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The clocks and timers of the operating system. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  schedule(milliseconds: number, action: () => void): CancelTimer {
    let timer: NodeJS.Timeout;
    const arm = (left: number) => {
      const now = Math.min(left, LONGEST_TIMER);
      timer = setTimeout(() => (left > now ? arm(left - now) : action()), now).unref();
    };
    arm(milliseconds);
    return () => clearTimeout(timer);
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(milliseconds, resolve);
    });
  }
}
