import { ExponentialBackoff as CockatielBackoff, type IBackoff } from 'cockatiel';
import type { Backoff } from '../../ports/backoff.js';

/**
 * Milliseconds: short enough to detect a restarted database at once, long enough not to overload an
 * impaired one.
 */
const SHORTEST = 100;
const LONGEST = 15_000;

/** Growing pauses with decorrelated jitter, so that instances do not retry at the same time. */
export class ExponentialBackoff implements Backoff {
  #current: IBackoff<unknown>;

  constructor() {
    this.#current = start();
  }

  next(): number {
    const { duration } = this.#current;
    this.#current = this.#current.next(undefined);
    return duration;
  }

  reset(): void {
    this.#current = start();
  }
}

function start(): IBackoff<unknown> {
  return new CockatielBackoff({ initialDelay: SHORTEST, maxDelay: LONGEST }).next();
}
