import { ServiceError } from '../../../domain/errors.js';

export interface CapacityLimits {
  readonly maxPendingRecords: number;
  readonly maxPendingBytes: number;
}

export interface Load {
  readonly records: number;
  readonly bytes: number;
}

/** Of writes that take so many bytes each. */
export function loadOf(weights: readonly number[]): Load {
  return { records: weights.length, bytes: weights.reduce((sum, bytes) => sum + bytes, 0) };
}

const LONGEST_RETRY_SECONDS = 60;
/** Weight of the newest measurement in the moving average of the drain rate. */
const SMOOTHING = 0.3;

/**
 * Backpressure: how much may wait, and when it makes sense to come back.
 *
 * A batch is admitted, and its share reserved, before it is journaled: a refused batch so leaves
 * no trace, and batches that wait for the disk together can't exceed the limits together.
 */
export class Capacity {
  #reserved: Load = { records: 0, bytes: 0 };
  /** What was taken when the last batch was refused; null when none was since one was admitted. */
  #refusedAt: Load | null = null;
  /** Records per second that flushes have settled lately; null before the first. */
  #drainRate: number | null = null;

  constructor(
    private readonly limits: CapacityLimits,
    private readonly held: () => Load,
  ) {}

  /** Reserves room; throws BUFFER_FULL, with seconds to wait, when there is none. */
  reserve(batch: Load): void {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const taken = this.#taken();
    const records = taken.records + batch.records;
    const bytes = taken.bytes + batch.bytes;
    if (records > maxPendingRecords || bytes > maxPendingBytes) {
      // One that can never fit says nothing about what waits.
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

  /** There is room for nothing, or a batch was refused, and as much is taken as then. */
  get isFull(): boolean {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.#taken();
    if (records >= maxPendingRecords || bytes >= maxPendingBytes) return true;
    const refusedAt = this.#refusedAt;
    return refusedAt !== null && records >= refusedAt.records && bytes >= refusedAt.bytes;
  }

  /** How near what waits is to the limit that it is nearer to, with two decimals. */
  get usagePercent(): number {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.held();
    const usage = Math.max(records / maxPendingRecords, bytes / maxPendingBytes);
    return Math.round(usage * 10_000) / 100;
  }

  /** Records that may wait, if they are as large as those that do. */
  get recordsThatFit(): number {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.held();
    if (records === 0) return maxPendingRecords;
    const inBytes = Math.floor(maxPendingBytes / (bytes / records));
    return Math.min(maxPendingRecords, Math.max(records, inBytes));
  }

  /** Half of what may wait does: time to store it, whatever the size of a collection says. */
  get isHalfFull(): boolean {
    const { maxPendingRecords, maxPendingBytes } = this.limits;
    const { records, bytes } = this.held();
    return records * 2 >= maxPendingRecords || bytes * 2 >= maxPendingBytes;
  }

  release(batch: Load): void {
    this.#reserved = {
      records: this.#reserved.records - batch.records,
      bytes: this.#reserved.bytes - batch.bytes,
    };
  }

  /** A flush settled this many records in this time; a failed flush is a rate of what it managed. */
  measured(records: number, milliseconds: number): void {
    const rate = (records * 1000) / Math.max(1, milliseconds);
    this.#drainRate =
      this.#drainRate === null ? rate : this.#drainRate + SMOOTHING * (rate - this.#drainRate);
  }

  /** By what waits, and by what is on its way into the journal. */
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
      'The buffer is full: records arrive faster than the store takes them. Nothing of this batch was kept; send it again later.',
      { retryAfter: this.#secondsToDrain(excess) },
    );
  }

  #secondsToDrain(records: number): number {
    if (this.#drainRate === null || this.#drainRate < 1) return LONGEST_RETRY_SECONDS / 2;
    return Math.min(LONGEST_RETRY_SECONDS, Math.max(1, Math.ceil(records / this.#drainRate)));
  }
}
