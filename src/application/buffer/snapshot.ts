import type { CollectionName } from '../../domain/collection.js';
import type { LedgerTotals } from './ledger.js';

/** The state of the buffer at one moment: what /health and the metrics show. */
export interface BufferSnapshot extends LedgerTotals {
  /** Records that wait, by collection. */
  readonly waiting: ReadonlyMap<CollectionName, number>;
  readonly totalCount: number;
  /** Records that may wait: `buffer.max_pending_records`, or fewer when `buffer.max_pending_bytes` comes first. */
  readonly capacity: number;
  /** Of the records or the bytes that may wait, whichever is nearer to its limit; with two decimals. */
  readonly usagePercent: number;
  /** The last batch that came was refused for this, and nothing was stored since. */
  readonly isFull: boolean;
  /** Epoch milliseconds of the last flush that stored everything; null before the first. */
  readonly lastFlushTime: number | null;
  readonly oldestPendingSeconds: number;
  /** `buffer.flush_interval`. */
  readonly flushIntervalSeconds: number;
  /** About how much memory the waiting writes take. */
  readonly pendingBytes: number;
  /** `buffer.max_pending_bytes`. */
  readonly capacityBytes: number;
  readonly failedFlushesInARow: number;
  /** A timer is armed or a flush is running; never false while something waits. */
  readonly isWatching: boolean;
}
