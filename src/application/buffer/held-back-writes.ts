import type { CollectionName } from '../../domain/collection.js';
import type { Write } from '../../domain/write.js';
import type { Clock } from '../../ports/clock.js';
import type { Journal } from '../../ports/journal.js';

/** How often at most, in a flush interval, the same writes are journaled anew. */
const KEPT_PER_INTERVAL = 6;

/**
 * Keeps writes that no flush takes yet in the journal while its checkpoint moves on: they are
 * appended anew, so that a replay finds them behind it.
 */
export class HeldBackWrites {
  #lastKept = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    /** Milliseconds. */
    private readonly flushInterval: number,
  ) {}

  /** False when the checkpoint has to wait for the next flush. Throws JOURNAL_UNAVAILABLE. */
  async keep(
    held: readonly { readonly collection: CollectionName; readonly writes: readonly Write[] }[],
  ): Promise<boolean> {
    if (held.length === 0) return true;
    const now = this.clock.monotonic();
    if (now - this.#lastKept < this.flushInterval / KEPT_PER_INTERVAL) return false;
    for (const { collection, writes } of held) await this.journal.append(collection, writes);
    this.#lastKept = now;
    return true;
  }
}
