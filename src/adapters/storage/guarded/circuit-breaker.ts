import { StorageUnavailableError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';

interface BreakerSettings {
  /** Failures in a row after which the store is left alone. */
  readonly failures: number;
  /** Milliseconds until one call is let through to see whether it is back. */
  readonly pause: number;
}

/**
 * Keeps calls from a store that does not answer.
 *
 * - closed: every call goes through. `failures` StorageUnavailableErrors in a row open it; any
 *   answer starts the count anew, a refused record or a bug included.
 * - open: no call goes through until `pause` has passed.
 * - probing: one call is under way to see whether the store is back, and no other goes through. An
 *   answer closes the breaker, a failure opens it again.
 *
 * A failure that is `unclear` says neither that the store is away nor that it is well, so it moves
 * nothing: one kind of request that always fails like that must not keep all others from the store.
 *
 * Durations are those of the monotonic clock: a wall clock that is set back would keep it open.
 */
export class CircuitBreaker {
  #failures = 0;
  #last: StorageUnavailableError | null = null;
  /** Monotonic milliseconds; the breaker is open until then. Null while it is closed. */
  #openUntil: number | null = null;
  #isProbing = false;

  constructor(
    private readonly clock: Clock,
    private readonly settings: BreakerSettings,
  ) {}

  /** Rejects as `question` does, and at once, with the reason of the last failure, while open. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const refusal = this.#refusal();
    if (refusal !== null) throw refusal;
    const isProbe = this.#openUntil !== null;
    if (isProbe) this.#isProbing = true;
    try {
      const answer = await question();
      this.#answered(isProbe);
      return answer;
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) this.#answered(isProbe);
      else if (!error.unclear) this.#failed(error, isProbe);
      throw error;
    } finally {
      if (isProbe) this.#isProbing = false;
    }
  }

  /** Null when a call may go through. */
  #refusal(): StorageUnavailableError | null {
    if (this.#last === null || this.#openUntil === null) return null;
    if (!this.#isProbing && this.clock.monotonic() >= this.#openUntil) return null;
    const { backend, message, where } = this.#last;
    const again = `it has not answered lately, and is asked again every ${this.settings.pause / 1000} s`;
    const facts = where === undefined ? {} : { where };
    return new StorageUnavailableError(backend, `${message}; ${again}`, undefined, facts);
  }

  #answered(isProbe: boolean): void {
    // A late answer from before it opened says nothing of now.
    if (this.#openUntil !== null && !isProbe) return;
    this.#failures = 0;
    this.#openUntil = null;
  }

  #failed(error: StorageUnavailableError, isProbe: boolean): void {
    this.#last = error;
    this.#failures += 1;
    const isOpen = this.#openUntil !== null;
    if (isOpen ? isProbe : this.#failures >= this.settings.failures) {
      this.#openUntil = this.clock.monotonic() + this.settings.pause;
    }
  }
}
