import type { CollectionName } from '../../../domain/collection.js';
import type { VersionSequence } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type { Clock } from '../../../ports/clock.js';
import type { Journal } from '../../../ports/journal.js';

/** Writes that wait although the flush that took them has ended well. */
export interface HeldBack {
  readonly collection: CollectionName;
  readonly writes: readonly Write[];
}

/** Tells the journal how much of it needs no replay. */
export class Checkpoints {
  #lastSequence = 0;
  #reached = 0;
  /** When writes were last appended anew, monotonic milliseconds. */
  #lastKept = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly dependencies: {
      readonly journal: Journal;
      readonly versions: VersionSequence;
      readonly clock: Clock;
    },
    /** Milliseconds: writes that are held back are appended anew no more often. */
    private readonly keepInterval: number,
  ) {}

  /** The newest entry that is in the buffer, or was. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** An entry is in the buffer. */
  note(sequence: number): void {
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
  }

  /**
   * Everything up to an entry is stored or quarantined, but for what is held back. That is appended
   * to the journal anew, so that a replay finds it behind the checkpoint; where that was done lately,
   * the checkpoint waits.
   */
  async reach(sequence: number, held: readonly HeldBack[]): Promise<void> {
    const { journal, versions, clock } = this.dependencies;
    if (held.length > 0) {
      const now = clock.monotonic();
      if (now - this.#lastKept < this.keepInterval) return;
      for (const { collection, writes } of held) await journal.append(collection, writes);
      this.#lastKept = now;
    }
    this.#reached = sequence;
    await journal.checkpoint(sequence, versions.highest);
  }

  /**
   * Makes the high-water mark of the accepted versions durable: whatever is accepted from now on is
   * newer, after a crash too. Throws JOURNAL_UNAVAILABLE.
   */
  async keepClock(): Promise<void> {
    const { journal, versions } = this.dependencies;
    await journal.checkpoint(this.#reached, versions.highest);
    await journal.settle();
  }
}
