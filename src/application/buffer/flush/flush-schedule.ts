import type { Backoff } from '../../../ports/backoff.js';
import type { CancelTimer, Clock } from '../../../ports/clock.js';

/** What a schedule needs to know of the buffer, and what it sets going. */
export interface FlushSubject {
  /** True when some collection holds enough for a flush at once. */
  isFull(): boolean;
  /** Since when the oldest write waits (monotonic milliseconds); null when nothing waits. */
  oldestSince(): number | null;
  /**
   * Takes everything that waits, calling `taking` in that instant, and writes it out; throws when the
   * store fails, keeping what is not stored.
   */
  flushAll(taking: () => void): Promise<void>;
}

/**
 * Decides when a flush runs. One runs at a time.
 *
 * It is in one of four modes:
 * - idle: nothing waits, no timer.
 * - armed: something waits; a timer fires when the oldest of it is `flushInterval` old or, once the
 *   buffer is full, when the last flush began `flushSpacing` ago.
 * - running: a flush, or work that keeps flushes out (`runExclusively`), is under way.
 * - pausing: the last flush failed; a timer fires after the backoff's pause. A flush that someone
 *   asks for meanwhile may fail too, and exclusive work may run: neither makes the pause longer.
 *
 * Invariant: when something waits, a timer is armed or a flush is running. Every way out of
 * `running` therefore ends in `#rearm`.
 */
export class FlushSchedule {
  #timer: CancelTimer | null = null;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #failures = 0;
  /** When the pause after a failure is over, monotonic milliseconds. */
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
     * Least milliseconds from the begin of one flush to that of the next that nobody asked for.
     * Under load, a full buffer so waits a moment in which writes of one record meet: a record that
     * is written three times within it costs one row instead of three.
     */
    private readonly flushSpacing: number,
    private readonly onFailure: (error: unknown, failuresInARow: number) => void,
  ) {}

  /** Something was added. */
  notice(): void {
    if (this.#running !== null) return;
    const isFull = this.#failures === 0 && this.subject.isFull();
    if (isFull && this.#untilSpaced() === 0) this.#startUnasked();
    else if (isFull || this.#timer === null) this.#rearm();
  }

  /** There is no room for more: what waits is stored now, unless a flush runs, or the store is away. */
  hurry(): void {
    const isIdle = this.#running === null && this.#failures === 0;
    if (isIdle && this.subject.oldestSince() !== null) this.#startUnasked();
  }

  /**
   * Resolves when everything that waited at the call is stored or quarantined; rejects when the
   * attempt to store it failed (it goes on waiting, and is tried again). Calls made while a flush
   * runs share the next one.
   */
  flush(): Promise<void> {
    return this.#enqueue(() => this.#flushOnce());
  }

  /** Runs `work` while no flush is under way, and lets none begin until it ends. */
  async runExclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#running !== null) await this.#running.catch(() => undefined);
    const result = work();
    await this.#occupy(() => result.then(() => undefined));
    return result;
  }

  /** As `runExclusively`, with everything that waits stored first; rejects when that fails. */
  flushThen<Result>(taking: () => void, work: () => Promise<Result>): Promise<Result> {
    return this.runExclusively(() => this.#flushOnce(taking).then(work));
  }

  /** True when "something waits" is looked after: a timer is armed or a flush is running. */
  get isWatching(): boolean {
    return this.#timer !== null || this.#running !== null;
  }

  /** How often a flush or exclusive work has run; null while one does. */
  get occupations(): number | null {
    return this.#running === null ? this.#occupations : null;
  }

  get failures(): number {
    return this.#failures;
  }

  /** No timer fires any more; `flush` still works. */
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
    // Exclusive work may have come first; the flush that was asked for still comes before any timer.
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
      await this.subject.flushAll(taking);
      this.#failures = 0;
      this.#retryAt = Number.NEGATIVE_INFINITY;
      this.backoff.reset();
    } catch (error) {
      this.#failures += 1;
      if (this.#untilRetry() === 0) this.#retryAt = this.clock.monotonic() + this.backoff.next();
      this.onFailure(error, this.#failures);
      throw error;
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
