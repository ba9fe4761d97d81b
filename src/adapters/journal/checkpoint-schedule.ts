import type { CancelTimer, Clock } from '../../ports/clock.js';

/**
 * Writes checkpoints down, at most one per interval: after the last request, one is still to come
 * until the newest is written, so segments never pile up when traffic stops. Never two at once: the
 * older could come out last.
 */
export class CheckpointSchedule {
  #wanted = 0;
  #written: number;
  #lastBegun = Number.NEGATIVE_INFINITY;
  #running: Promise<boolean> | null = null;
  #timer: CancelTimer | null = null;
  #closed = false;

  constructor(
    private readonly clock: Clock,
    /** Milliseconds. */
    private readonly interval: number,
    /** Returns whether it was written; does not reject. */
    private readonly write: (sequence: number) => Promise<boolean>,
    written: number,
  ) {
    this.#written = written;
  }

  /** Resolves when the checkpoint is written, or is left for later. */
  async request(sequence: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, sequence);
    if (this.#running !== null || this.#timer !== null || !this.#isDue()) return;
    const wait = this.#wait();
    if (wait > 0) this.#arm(wait);
    else await this.#run();
  }

  /** Resolves when what was requested so far is written, or could not be, and is left for later. */
  async settle(): Promise<void> {
    const wanted = this.#wanted;
    // One that is under way may be about an older request, and its failure says nothing of this one.
    if (this.#running !== null) await this.#running;
    let isWritten = true;
    while (isWritten && wanted > this.#written) isWritten = await this.#runOnce();
  }

  /** Writes what is left for later, and nothing after that. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#disarm();
    await this.#running;
    if (this.#wanted > this.#written) await this.#runOnce();
  }

  #isDue(): boolean {
    return this.#wanted > this.#written && !this.#closed;
  }

  #wait(): number {
    return Math.max(0, this.#lastBegun + this.interval - this.clock.monotonic());
  }

  #arm(milliseconds: number): void {
    this.#timer = this.clock.schedule(milliseconds, () => {
      this.#timer = null;
      this.#run().catch(() => undefined);
    });
  }

  #disarm(): void {
    this.#timer?.();
    this.#timer = null;
  }

  #runOnce(): Promise<boolean> {
    return this.#running ?? this.#run();
  }

  #run(): Promise<boolean> {
    this.#disarm();
    this.#lastBegun = this.clock.monotonic();
    this.#running = this.#writeNewest().finally(() => {
      this.#running = null;
      if (this.#isDue()) this.#arm(this.#wait());
    });
    return this.#running;
  }

  async #writeNewest(): Promise<boolean> {
    const sequence = this.#wanted;
    const isWritten = await this.write(sequence);
    if (isWritten) this.#written = sequence;
    return isWritten;
  }
}
