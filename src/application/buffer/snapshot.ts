import type { Capacity } from './capacity.js';
import type { FlushSchedule } from './flush-schedule.js';
import type { LedgerTotals } from './ledger.js';

/** The state of the buffer at one moment: what /health and the metrics show. */
export interface BufferSnapshot extends LedgerTotals {
  readonly sessionsCount: number;
  readonly tasksCount: number;
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

/** What a snapshot is made of; times in milliseconds. */
interface BufferState {
  readonly sessionsCount: number;
  readonly tasksCount: number;
  readonly capacity: Capacity;
  readonly schedule: FlushSchedule;
  readonly settings: { readonly flushInterval: number; readonly maxPendingBytes: number };
  readonly pendingBytes: number;
  readonly lastFlushTime: number | null;
  readonly oldestPending: number;
  readonly totals: LedgerTotals;
}

export function snapshotOf(state: BufferState): BufferSnapshot {
  const { sessionsCount, tasksCount, capacity, schedule, settings } = state;
  return {
    sessionsCount,
    tasksCount,
    totalCount: sessionsCount + tasksCount,
    capacity: capacity.recordsThatFit,
    usagePercent: capacity.usagePercent,
    isFull: capacity.isFull,
    lastFlushTime: state.lastFlushTime,
    oldestPendingSeconds: state.oldestPending / 1000,
    flushIntervalSeconds: settings.flushInterval / 1000,
    pendingBytes: state.pendingBytes,
    capacityBytes: settings.maxPendingBytes,
    failedFlushesInARow: schedule.failures,
    isWatching: schedule.isWatching,
    ...state.totals,
  };
}
