import type { World } from '../../../clients/typescript/index.js';

interface Timer {
  readonly at: number;
  readonly then: () => void;
}

const START = Date.parse('2026-11-29T12:00:00Z');

/** Time that passes only when a test lets it. */
export class FakeWorld implements World {
  #now = START;
  readonly #timers = new Set<Timer>();
  chance = 0;

  readonly now = () => this.#now;
  readonly random = () => this.chance;
  readonly after = (milliseconds: number, then: () => void) => {
    const timer = { at: this.#now + milliseconds, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.#now - START;
  }

  get armed(): number {
    return this.#timers.size;
  }

  /** Lets time pass, timer by timer. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settled();
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#fire(next);
    }
    this.#now = end;
    await settled();
  }

  /** Fires timers until the promise is settled. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let open = true;
    const end = () => {
      open = false;
    };
    promise.then(end, end);
    for (;;) {
      await settled();
      if (!open) return promise;
      const next = this.#next();
      if (next === undefined) throw new Error('nothing is armed, and the promise is open');
      this.#fire(next);
    }
  }

  #next(): Timer | undefined {
    return [...this.#timers].sort((one, other) => one.at - other.at)[0];
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.then();
  }
}

/** All that can go on without time has gone on. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
