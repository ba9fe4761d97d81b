import type { CancelTimer, Clock } from '../../../src/ports/clock.js';

interface Timer {
  readonly at: number;
  readonly action: () => void;
}

/** A clock that stands still until a test advances it; timers fire in order of time. */
export class FakeClock implements Clock {
  #now: number;
  #elapsed = 0;
  readonly #timers = new Set<Timer>();
  /** The lengths of all pauses, in milliseconds. */
  readonly pauses: number[] = [];

  constructor(now: number = Date.UTC(2026, 10, 24, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  schedule(milliseconds: number, action: () => void): CancelTimer {
    const timer = { at: this.#elapsed + milliseconds, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Ends at once, and is noted. */
  async pause(milliseconds: number): Promise<void> {
    this.pauses.push(milliseconds);
  }

  /** The delay of each armed timer, in milliseconds from now. */
  get armed(): readonly number[] {
    return [...this.#timers].map(({ at }) => at - this.#elapsed).sort((a, b) => a - b);
  }

  /** Advances time, fires due timers, and runs everything that follows from them. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#elapsed + milliseconds;
    for (;;) {
      const [due] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (due === undefined) break;
      this.#move(due.at);
      this.#timers.delete(due);
      due.action();
      await settle();
    }
    this.#move(until);
    await settle();
  }

  /** Sets only the wall clock, as an operator or NTP does. */
  setWallClock(now: number): void {
    this.#now = now;
  }

  #move(elapsed: number): void {
    this.#now += elapsed - this.#elapsed;
    this.#elapsed = elapsed;
  }
}

/** Waits until promise chains without timers and I/O have settled. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}
