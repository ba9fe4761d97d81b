import type { CancelTimer, Clock } from '../../../ports/clock.js';
import { type Checkpoint, later } from './checkpoint-file.js';

/**
 * Writes checkpoints down, at most one per interval: after the last request, one is still to come
 * until the newest is written, so segments never pile up when traffic stops. Never two at once: the
 * older could come out last.
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

  /** The newest that was requested, written or not. */
  get wanted(): Checkpoint {
    return this.#wanted;
  }

  /** Resolves when the checkpoint is written, or is left for later. */
  async request(checkpoint: Checkpoint): Promise<void> {
    this.#wanted = later(this.#wanted, checkpoint);
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
    while (isWritten && this.#lacks(wanted)) isWritten = await this.#runOnce();
  }

  /** Writes what is left for later, and nothing after that. */
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
