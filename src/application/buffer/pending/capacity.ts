import { ServiceError } from '../../../domain/errors.js';

export interface CapacityLimits {
  readonly maxPendingRecords: number;
  readonly maxPendingBytes: number;
}

export interface Load {
  readonly records: number;
  readonly bytes: number;
}

/** The load of writes with these sizes in bytes. */
export function loadOf(weights: readonly number[]): Load {
  return { records: weights.length, bytes: weights.reduce((sum, bytes) => sum + bytes, 0) };
}

const LONGEST_RETRY_SECONDS = 60;
/** Weight of the newest measurement in the moving average of the drain rate. */
const SMOOTHING = 0.3;

/**
 * Backpressure: how much may be pending, and when a client should retry.
 *
 * A batch is admitted, and its share reserved, before it is journaled. A refused batch therefore
 * leaves no trace, and batches that are being journaled at the same time cannot exceed the limits
 * together.
 */
export class Capacity {
  #reserved: Load = { records: 0, bytes: 0 };
  /** What was taken when the last batch was refused; null if a batch has been admitted since. */
  #refusedAt: Load | null = null;
  /** Moving average of the records per second that flushes settle; null before the first flush. */
  #drainRate: number | null = null;

  constructor(
    private readonly limits: CapacityLimits,
    private readonly held: () => Load,
  ) {}

  /** Reserves room. If there is none, throws BUFFER_FULL with the seconds until a retry. */
  reserve(batch: Load): void {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const taken = this.#taken();
    const records = taken.records + batch.records;
    const bytes = taken.bytes + batch.bytes;
    if (records > maxPendingRecords || bytes > maxPendingBytes) {
      // A batch that can never fit is no sign of a full buffer.
      if (batch.records <= maxPendingRecords && batch.bytes <= maxPendingBytes)
        this.#refusedAt = taken;
      throw this.#full(batch, records - maxPendingRecords, bytes / Math.max(1, records));
    }
    this.#refusedAt = null;
    this.#reserved = {
      records: this.#reserved.records + batch.records,
      bytes: this.#reserved.bytes + batch.bytes,
    };
  }

  /** Whether this fits beside what is pending, without a reservation: for a replay. */
  hasRoomFor(more: Load): boolean {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.held();
    return records + more.records <= maxPendingRecords && bytes + more.bytes <= maxPendingBytes;
  }

  /** True if there is no room at all, or a batch was refused and as much is taken as then. */
  get isFull(): boolean {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.#taken();
    if (records >= maxPendingRecords || bytes >= maxPendingBytes) return true;
    const refusedAt = this.#refusedAt;
    return refusedAt !== null && records >= refusedAt.records && bytes >= refusedAt.bytes;
  }

  /** Usage of the limit that is nearer, in percent, with two decimals. */
  get usagePercent(): number {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.held();
    const usage = Math.max(records / maxPendingRecords, bytes / maxPendingBytes);
    return Math.round(usage * 10_000) / 100;
  }

  /** Number of records that fit, if they have the average size of the pending ones. */
  get recordsThatFit(): number {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.held();
    if (records === 0) return maxPendingRecords;
    const inBytes = Math.floor(maxPendingBytes / (bytes / records));
    return Math.min(maxPendingRecords, Math.max(records, inBytes));
  }

  /** True if half of the limit is pending: time to flush, whatever the size of a collection. */
  get isHalfFull(): boolean {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.held();
    return records * 2 >= maxPendingRecords || bytes * 2 >= maxPendingBytes;
  }

  /** Runs work while room is reserved. Throws what `reserve` throws. */
  async during<Result>(load: Load, work: () => Promise<Result>): Promise<Result> {
    this.reserve(load);
    return work().finally(() => this.release(load));
  }

  release(batch: Load): void {
    this.#reserved = {
      records: this.#reserved.records - batch.records,
      bytes: this.#reserved.bytes - batch.bytes,
    };
  }

  /**
   * Records how many records a flush settled in which time; a failed flush counts what it settled.
   */
  measured(records: number, milliseconds: number): void {
    const rate = (records * 1000) / Math.max(1, milliseconds);
    this.#drainRate =
      this.#drainRate === null ? rate : this.#drainRate + SMOOTHING * (rate - this.#drainRate);
  }

  /** Pending writes, and those that are being journaled. */
  #taken(): Load {
    const { records, bytes } = this.held();
    return { records: records + this.#reserved.records, bytes: bytes + this.#reserved.bytes };
  }

  #full(batch: Load, excessRecords: number, bytesPerRecord: number): ServiceError {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    if (batch.records > maxPendingRecords || batch.bytes > maxPendingBytes) {
      return new ServiceError(
        'BUFFER_FULL',
        `A batch of ${batch.records} records (about ${batch.bytes} bytes) can never fit: buffer.max_pending_records is ${maxPendingRecords}, buffer.max_pending_bytes is ${maxPendingBytes}. Send smaller batches or raise the limit.`,
        { retryAfter: LONGEST_RETRY_SECONDS },
      );
    }
    const excess = Math.max(excessRecords, batch.records, batch.bytes / bytesPerRecord);
    return new ServiceError(
      'BUFFER_FULL',
      'The buffer is full: records arrive faster than the store accepts them. Nothing of this batch was kept; send it again later.',
      { retryAfter: this.#secondsToDrain(excess) },
    );
  }

  #secondsToDrain(records: number): number {
    if (this.#drainRate === null || this.#drainRate < 1) return LONGEST_RETRY_SECONDS / 2;
    return Math.min(LONGEST_RETRY_SECONDS, Math.max(1, Math.ceil(records / this.#drainRate)));
  }
}
