import type { CancelTimer, Clock } from '../../ports/clock.js';

/** The clocks and timers of the machine. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  schedule(milliseconds: number, action: () => void): CancelTimer {
    const timer = setTimeout(action, milliseconds).unref();
    return () => clearTimeout(timer);
  }
}
