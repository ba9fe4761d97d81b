import { StorageUnavailableError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';

interface BreakerSettings {
  /** Consecutive failures after which the store gets no more calls. */
  readonly failures: number;
  /** Milliseconds until one call is let through to check whether the store is back. */
  readonly pause: number;
}

/** Milliseconds from the begin of a probe, and of a call, for which the call waits for the outcome. */
const PATIENCE = 250;

interface Probe {
  /** Monotonic milliseconds. */
  readonly begun: number;
  /** Resolves when it has answered or failed. */
  readonly over: Promise<void>;
}

/**
 * Keeps calls from a store that does not answer.
 *
 * - closed: every call passes. `failures` consecutive StorageUnavailableErrors open it; any answer
 *   resets the count, including a refused record or a bug.
 * - open: no call passes until `pause` has elapsed.
 * - probing: one call checks whether the store is back. An answer closes the breaker, a failure opens
 *   it again. Calls that come with it, such as the second lane of a flush, wait for this outcome for a
 *   short time; later ones are refused, since a store that hangs would hold them up.
 *
 * An `unclear` failure shows neither that the store is unavailable nor that it works, so it changes
 * nothing: one kind of request that always fails like this must not keep all others from the store.
 *
 * Durations are measured with the monotonic clock: a wall clock that is set back would keep the
 * breaker open.
 */
export class CircuitBreaker {
  #failures = 0;
  #last: StorageUnavailableError | null = null;
  /** Monotonic milliseconds; the breaker is open until then. Null while it is closed. */
  #openUntil: number | null = null;
  #probe: Probe | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly settings: BreakerSettings,
  ) {}

  /**
   * Rejects as `question` does; while open, rejects at once with the reason of the last failure.
   */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const until = this.clock.monotonic() + PATIENCE;
    // If a probe shows nothing, one of the calls that wait is the next probe, and the others wait on.
    for (let probe = this.#probe; probe !== null; probe = this.#probe) {
      const left = Math.min(until, probe.begun + PATIENCE) - this.clock.monotonic();
      if (left <= 0) break;
      await this.#within(left, probe.over);
    }
    const refusal = this.#refusal();
    if (refusal !== null) throw refusal;
    const isProbe = this.#openUntil !== null;
    const end = isProbe ? this.#beginProbe() : null;
    try {
      const answer = await question();
      this.#answered(isProbe);
      return answer;
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) this.#answered(isProbe);
      else if (!error.unclear) this.#failed(error, isProbe);
      throw error;
    } finally {
      end?.();
    }
  }

  #within(milliseconds: number, over: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.schedule(milliseconds, resolve);
      void over.then(resolve).finally(cancel);
    });
  }

  /** Returns what ends it. */
  #beginProbe(): () => void {
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#probe = { begun: this.clock.monotonic(), over };
    return () => {
      this.#probe = null;
      end();
    };
  }

  /** Null if a call may pass. */
  #refusal(): StorageUnavailableError | null {
    if (this.#last === null || this.#openUntil === null) return null;
    if (this.#probe === null && this.clock.monotonic() >= this.#openUntil) return null;
    const { backend, message, where } = this.#last;
    const again = `it has not answered recently; it is checked every ${this.settings.pause / 1000} s`;
    const facts = where === undefined ? {} : { where };
    return new StorageUnavailableError(backend, `${message}; ${again}`, undefined, facts);
  }

  #answered(isProbe: boolean): void {
    // A late answer from before the breaker opened does not show the current state.
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
