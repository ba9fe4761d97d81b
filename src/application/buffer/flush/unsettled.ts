import type { Clock } from '../../../ports/clock.js';
import type { Ledger } from '../ledger.js';
import type { AwaitedBatches } from '../pending/awaited-batches.js';
import type { PendingCollections } from '../pending/pending-collections.js';
import type { PendingWrites } from '../pending/pending-writes.js';
import type { StuckWrite } from './bisect.js';

/**
 * What becomes of the writes that a flush does not settle. With a journal, or in memory, they were
 * acknowledged: they are pending again. With `buffer.durability: stored` their requests still wait
 * for the answer: they are dropped, and the requests fail.
 */
export class Unsettled {
  constructor(
    private readonly dependencies: {
      readonly ledger: Ledger;
      readonly clock: Clock;
      readonly awaited: AwaitedBatches;
    },
    private readonly pending: PendingCollections,
    /** Milliseconds until a write on which the store fails is retried. */
    private readonly retryInterval: number,
    private readonly isHolding: () => boolean,
  ) {}

  /** In words, for the log of a failed flush. */
  get consequence(): string {
    return this.isHolding()
      ? 'all records are kept and the flush is retried'
      : 'batches with records that it did not store are refused';
  }

  /** The store fails on these writes of a running flush, although it stores others. */
  stuck(pending: PendingWrites, stuck: readonly StuckWrite[]): void {
    if (stuck.length === 0) return;
    const { ledger, clock } = this.dependencies;
    const now = clock.monotonic();
    const writes = stuck.map(({ write }) => write);
    if (this.isHolding()) {
      ledger.coalesce(pending.setAside(writes, now, now + this.retryInterval));
      return;
    }
    for (const { write, error } of stuck)
      this.dependencies.awaited.dropped(pending.collection.name, [write], error);
    pending.settle(writes);
    ledger.coalesce(writes.length);
  }

  /** A flush has ended, with the error if it failed. */
  rest(error: unknown): void {
    const { ledger } = this.dependencies;
    for (const pending of this.pending.all) {
      if (this.isHolding()) ledger.coalesce(pending.putBack());
      else this.#drop(pending, error);
    }
  }

  /** A flush has failed before it took the pending writes. */
  untaken(error: unknown): void {
    if (this.isHolding()) return;
    for (const pending of this.pending.all) {
      pending.take(this.dependencies.clock.monotonic());
      this.#drop(pending, error);
    }
  }

  #drop(pending: PendingWrites, error: unknown): void {
    const dropped = pending.dropUnsettled();
    if (dropped.length === 0) return;
    this.dependencies.awaited.dropped(pending.collection.name, dropped, error);
    this.dependencies.ledger.coalesce(dropped.length);
  }
}
