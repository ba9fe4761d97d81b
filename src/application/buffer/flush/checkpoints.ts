import type { CollectionName } from '../../../domain/collection.js';
import type { VersionSequence } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type { Clock } from '../../../ports/clock.js';
import type { Journal } from '../../../ports/journal.js';

/** Writes that are still pending although the flush that took them has succeeded. */
export interface HeldBack {
  readonly collection: CollectionName;
  readonly writes: readonly Write[];
}

/** Advances the checkpoint: the journal entries up to it need no replay. */
export class Checkpoints {
  /** The newest entry whose writes are, or were, in the buffer. */
  #lastSequence = 0;
  /** The newest entry whose writes a flush has taken. */
  #taken = 0;
  #reached = 0;
  /** When writes were last appended again, monotonic milliseconds. */
  #lastKept = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly dependencies: {
      readonly journal: Journal;
      readonly versions: VersionSequence;
      readonly clock: Clock;
    },
    /** Minimum milliseconds between two times that the writes held back are appended again. */
    private readonly keepInterval: number,
  ) {}

  /** False if a replay may still find what is stored or deleted. */
  get isComplete(): boolean {
    return this.#reached >= this.#lastSequence;
  }

  /** Records that the writes of an entry are in the buffer. */
  note(sequence: number): void {
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
  }

  /** A flush takes the pending writes now. */
  take(): void {
    this.#taken = this.#lastSequence;
  }

  /**
   * Advances the checkpoint to what the last flush has taken: all of it is stored or quarantined,
   * except the writes held back. These are appended to the journal again, so that a replay finds
   * them after the checkpoint. If that was done less than `keepInterval` ago, or the journal keeps
   * nothing that is appended, the checkpoint does not advance.
   */
  async reach(held: readonly HeldBack[]): Promise<void> {
    const { journal, versions, clock } = this.dependencies;
    if (held.length > 0) {
      const now = clock.monotonic();
      if (!journal.keepsEntries || now - this.#lastKept < this.keepInterval) return;
      // Noted, so that the checkpoint covers them too once they are stored.
      for (const { collection, writes } of held)
        this.note(await journal.append(collection, writes, { again: true }));
      this.#lastKept = now;
    }
    this.#reached = this.#taken;
    await journal.checkpoint(this.#reached, versions.highest);
  }

  /**
   * Makes the high-water mark of the accepted versions durable: everything accepted later is newer,
   * even after a crash. Throws JOURNAL_UNAVAILABLE.
   */
  async keepClock(): Promise<void> {
    const { journal, versions } = this.dependencies;
    await journal.checkpoint(this.#reached, versions.highest);
    await journal.settle();
  }
}
