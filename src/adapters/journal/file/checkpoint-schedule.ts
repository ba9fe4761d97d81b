import type { CancelTimer, Clock } from '../../../ports/clock.js';
import { type Checkpoint, later } from './checkpoint-file.js';

/**
 * Writes checkpoints, at most one per interval. After the last request, writing continues until the
 * newest is written, so segments never accumulate when traffic stops. Never writes two at the same
 * time: the older could be written last.
 */
export class CheckpointSchedule {
  #wanted: Checkpoint;
  #written: Checkpoint;
  #lastBegun = Number.NEGATIVE_INFINITY;
  #running: Promise<boolean> | null = null;
  #timer: CancelTimer | null = null;
  #closed = false;

  constructor(
    private readonly clock: Clock,
    /** Milliseconds. */
    private readonly interval: number,
    /** Returns whether it was written; does not reject. */
    private readonly write: (checkpoint: Checkpoint) => Promise<boolean>,
    written: Checkpoint,
  ) {
    this.#wanted = written;
    this.#written = written;
  }

  /** The newest requested checkpoint, written or not. */
  get wanted(): Checkpoint {
    return this.#wanted;
  }

  /** Resolves when the checkpoint is written or postponed. */
  async request(checkpoint: Checkpoint): Promise<void> {
    this.#wanted = later(this.#wanted, checkpoint);
    if (this.#running !== null || this.#timer !== null || !this.#isDue()) return;
    const wait = this.#wait();
    if (wait > 0) this.#arm(wait);
    else await this.#run();
  }

  /** Resolves when the newest requested checkpoint is written, or failed and is postponed. */
  async settle(): Promise<void> {
    const wanted = this.#wanted;
    // A running write may be for an older request, and its failure does not apply to this one.
    if (this.#running !== null) await this.#running;
    let isWritten = true;
    while (isWritten && this.#lacks(wanted)) isWritten = await this.#runOnce();
  }

  /** Writes the postponed checkpoint, and nothing after that. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#disarm();
    await this.#running;
    if (this.#lacks(this.#wanted)) await this.#runOnce();
  }

  #isDue(): boolean {
    return this.#lacks(this.#wanted) && !this.#closed;
  }

  #lacks({ sequence, highWater }: Checkpoint): boolean {
    return sequence > this.#written.sequence || highWater > this.#written.highWater;
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
    const checkpoint = this.#wanted;
    const isWritten = await this.write(checkpoint);
    if (isWritten) this.#written = checkpoint;
    return isWritten;
  }
}
