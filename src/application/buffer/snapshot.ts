import type { CollectionName } from '../../domain/collection.js';
import type { BufferSettings } from './buffer-settings.js';
import type { FlushSchedule } from './flush/flush-schedule.js';
import type { Ledger, LedgerTotals } from './ledger.js';
import type { Capacity } from './pending/capacity.js';
import type { PendingCollections } from './pending/pending-collections.js';

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

/** What the parts of the buffer tell; the rest depends on the clock. */
export function snapshotOf(
  { settings, ledger }: { readonly settings: BufferSettings; readonly ledger: Ledger },
  pending: PendingCollections,
  capacity: Capacity,
  schedule: FlushSchedule,
): Omit<BufferSnapshot, 'lastFlushTime' | 'oldestPendingSeconds'> {
  const { records, bytes } = pending.load;
  return {
    waiting: pending.sizes,
    totalCount: records,
    capacity: capacity.recordsThatFit,
    usagePercent: capacity.usagePercent,
    isFull: capacity.isFull,
    flushIntervalSeconds: settings.flushInterval / 1000,
    pendingBytes: bytes,
    capacityBytes: settings.maxPendingBytes,
    failedFlushesInARow: schedule.failures,
    isWatching: schedule.isWatching,
    ...ledger.totals(),
  };
}
