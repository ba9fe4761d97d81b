import type { Backoff } from '../../../ports/backoff.js';
import type { CancelTimer, Clock } from '../../../ports/clock.js';

/** What a schedule reads from the buffer, and what it triggers. */
export interface FlushSubject {
  /** True if a collection holds enough records for an immediate flush. */
  isFull(): boolean;
  /**
   * Since when the oldest write is pending (monotonic milliseconds); null if nothing is pending.
   */
  oldestSince(): number | null;
  /**
   * Takes all pending writes, calls `taking` at that moment, and writes them out. If the store
   * fails, throws and keeps what is not stored.
   */
  flushAll(taking: () => void): Promise<void>;
}

/**
 * Decides when a flush runs. One flush runs at a time.
 *
 * The schedule is in one of four modes:
 * - idle: nothing is pending, no timer.
 * - armed: writes are pending. A timer fires when the oldest is `flushInterval` old or, if the
 *   buffer is full, `flushSpacing` after the start of the last flush.
 * - running: a flush, or work that excludes flushes (`runExclusively`), is running.
 * - pausing: the last flush failed. A timer fires after the backoff pause. A requested flush that
 *   fails meanwhile, or exclusive work, does not extend the pause.
 *
 * Invariant: while writes are pending, a timer is armed or a flush is running. Every exit from
 * `running` therefore ends in `#rearm`.
 */
export class FlushSchedule {
  #timer: CancelTimer | null = null;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  /** The running flush that has taken everything that was pending; null if there is none. */
  #taken: Promise<void> | null = null;
  #failures = 0;
  /** When the pause after a failure ends, monotonic milliseconds. */
  #retryAt = Number.NEGATIVE_INFINITY;
  #lastBegun = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #occupations = 0;

  constructor(
    private readonly subject: FlushSubject,
    private readonly clock: Clock,
    private readonly backoff: Backoff,
    /** Milliseconds. */
    private readonly flushInterval: number,
    /**
     * Minimum milliseconds between the starts of two automatic flushes. Under load, a full buffer
     * waits this long, so that writes of one record coalesce: a record that is written three times
     * in it costs one row instead of three.
     */
    private readonly flushSpacing: number,
    private readonly onFailure: (error: unknown, failuresInARow: number) => void,
  ) {}

  /** Called when something was added. */
  notice(): void {
    this.#taken = null;
    if (this.#running !== null) return;
    const isFull = this.#failures === 0 && this.subject.isFull();
    if (isFull && this.#untilSpaced() === 0) this.#startUnasked();
    else if (isFull || this.#timer === null) this.#rearm();
  }

  /**
   * Called when the buffer or the journal has no room: flushes now, unless a flush is running or the
   * last one failed.
   */
  hurry(): void {
    const isIdle = this.#running === null && this.#failures === 0;
    if (isIdle && this.subject.oldestSince() !== null) this.#startUnasked();
  }

  /**
   * Resolves when everything that was pending at the call is stored or quarantined. Rejects if the
   * attempt failed. Calls made while a flush runs share the next one, or that flush if nothing was
   * added since it took the pending writes.
   */
  flush(): Promise<void> {
    if (this.#taken !== null) return this.#taken;
    return this.#enqueue(() => this.#flushOnce());
  }

  /** Runs `work` while no flush is running, and starts none until it ends. */
  async runExclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#running !== null) await this.#running.catch(() => undefined);
    const result = work();
    await this.#occupy(() => result.then(() => undefined));
    return result;
  }

  /** Like `runExclusively`, but flushes first; rejects if the flush fails. */
  flushThen<Result>(taking: () => void, work: () => Promise<Result>): Promise<Result> {
    return this.runExclusively(() => this.#flushOnce(taking).then(work));
  }

  /** True if a timer is armed or a flush is running. */
  get isWatching(): boolean {
    return this.#timer !== null || this.#running !== null;
  }

  /** Number of flushes and exclusive work so far; null while one is running. */
  get occupations(): number | null {
    return this.#running === null ? this.#occupations : null;
  }

  /**
   * Flushes that failed since the last success; 0 while nothing is pending, because nothing is
   * retried then.
   */
  get failures(): number {
    return this.subject.oldestSince() === null ? 0 : this.#failures;
  }

  /** No timer fires after this; `flush` still works. */
  stop(): void {
    this.#stopped = true;
    this.#disarm();
  }

  #enqueue(flush: () => Promise<void>): Promise<void> {
    if (this.#running === null) return this.#occupy(flush);
    this.#next ??= this.#running.catch(() => undefined).then(() => this.#afterRunning(flush));
    return this.#next;
  }

  #afterRunning(flush: () => Promise<void>): Promise<void> {
    // Exclusive work may have started first. The requested flush still runs before any timer.
    if (this.#running !== null) {
      return this.#running.catch(() => undefined).then(() => this.#afterRunning(flush));
    }
    this.#next = null;
    return this.#occupy(flush);
  }

  #occupy(work: () => Promise<void>): Promise<void> {
    this.#disarm();
    this.#occupations += 1;
    const running = work().finally(() => {
      this.#running = null;
      this.#rearm();
    });
    this.#running = running;
    return running;
  }

  async #flushOnce(taking: () => void = () => undefined): Promise<void> {
    this.#lastBegun = this.clock.monotonic();
    try {
      let running: Promise<void> | null = null;
      running = this.subject.flushAll(() => {
        taking();
        this.#taken = running;
      });
      await running;
      this.#failures = 0;
      this.#retryAt = Number.NEGATIVE_INFINITY;
      this.backoff.reset();
    } catch (error) {
      this.#failures += 1;
      if (this.#untilRetry() === 0) this.#retryAt = this.clock.monotonic() + this.backoff.next();
      this.onFailure(error, this.#failures);
      throw error;
    } finally {
      this.#taken = null;
    }
  }

  #startUnasked(): void {
    this.flush().catch(() => undefined);
  }

  #rearm(): void {
    this.#disarm();
    const oldest = this.subject.oldestSince();
    if (oldest === null || this.#stopped) return;
    if (this.#failures > 0) {
      this.#arm(this.#untilRetry());
      return;
    }
    const untilOld = Math.max(0, this.flushInterval - (this.clock.monotonic() - oldest));
    this.#arm(this.subject.isFull() ? Math.min(untilOld, this.#untilSpaced()) : untilOld);
  }

  /** Milliseconds. */
  #untilSpaced(): number {
    return Math.max(0, this.#lastBegun + this.flushSpacing - this.clock.monotonic());
  }

  /** Milliseconds. */
  #untilRetry(): number {
    return Math.max(0, this.#retryAt - this.clock.monotonic());
  }

  #arm(milliseconds: number): void {
    this.#timer = this.clock.schedule(milliseconds, () => {
      this.#timer = null;
      this.#startUnasked();
    });
  }

  #disarm(): void {
    this.#timer?.();
    this.#timer = null;
  }
}
