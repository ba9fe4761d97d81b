import type { CollectionName } from '../../domain/collection.js';
import type { BufferSettings } from './buffer-settings.js';
import type { FlushSchedule } from './flush/flush-schedule.js';
import type { Ledger, LedgerTotals } from './ledger.js';
import type { Capacity } from './pending/capacity.js';
import type { PendingCollections } from './pending/pending-collections.js';

/** The state of the buffer at one moment, for /health and the metrics. */
export interface BufferSnapshot extends LedgerTotals {
  /** Pending records, by collection. */
  readonly waiting: ReadonlyMap<CollectionName, number>;
  readonly totalCount: number;
  /**
   * Number of records that may be pending: `buffer.max_pending_records`, or fewer if
   * `buffer.max_pending_bytes` is reached first.
   */
  readonly capacity: number;
  /** Usage of the record limit or the byte limit, whichever is higher; with two decimals. */
  readonly usagePercent: number;
  /** True if the last batch was refused for lack of room, and nothing has been stored since. */
  readonly isFull: boolean;
  /** Epoch milliseconds of the last flush that stored everything; null before the first. */
  readonly lastFlushTime: number | null;
  readonly oldestPendingSeconds: number;
  /** `buffer.flush_interval`. */
  readonly flushIntervalSeconds: number;
  /** Approximate memory of the pending writes. */
  readonly pendingBytes: number;
  /** `buffer.max_pending_bytes`. */
  readonly capacityBytes: number;
  /** 0 while nothing is pending. */
  readonly failedFlushesInARow: number;
  /** True if a timer is armed or a flush is running; never false while writes are pending. */
  readonly isWatching: boolean;
}

/** Combines the state of the parts of the buffer; the rest depends on the clock. */
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
