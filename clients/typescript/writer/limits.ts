import { InvalidValueError } from '../errors.js';
import { limit } from '../transport/settings.js';

export interface WriterOptions {
  /** Tasks that start a flush, and the most in one request: 1 to 10,000. Default: 100. */
  readonly maxRecords?: number | undefined;
  /** Bytes of JSON that start a flush, and the most in one request. Default: 4 MiB. */
  readonly maxBytes?: number | undefined;
  /** Milliseconds after which a task is sent although the batch is not full. Default: 1,000. */
  readonly maxAge?: number | undefined;
  /** Tasks in the writer, those in flight included; then `put` waits. Default: 1,000. */
  readonly maxWaitingRecords?: number | undefined;
  /** Bytes in the writer; then `put` waits. A larger task is taken alone. Default: 32 MiB. */
  readonly maxWaitingBytes?: number | undefined;
  /** `put` returns when its task is acknowledged, instead of when it is taken. Default: false. */
  readonly flushEach?: boolean | undefined;
  /** `stored`: a batch counts as sent when it is in the store. Default: `accepted`, on disk. */
  readonly ack?: 'accepted' | 'stored' | undefined;
  /** Ends the writer at once: nothing more is sent, and `close` throws UnsentTasksError. */
  readonly signal?: AbortSignal | undefined;
}

export type Limits = {
  readonly [Name in Exclude<keyof WriterOptions, 'signal'>]-?: NonNullable<WriterOptions[Name]>;
};

/** Of the service: records in a batch, and bytes in a body. */
const MOST_RECORDS = 10_000;
const MOST_BYTES = 32 * 2 ** 20;

/** Throws InvalidValueError. */
export function limitsOf(options: WriterOptions): Limits {
  return {
    maxRecords: limit('maxRecords', options.maxRecords ?? 100, 1, MOST_RECORDS),
    maxBytes: limit('maxBytes', options.maxBytes ?? 4 * 2 ** 20, 1, MOST_BYTES),
    maxAge: limit('maxAge', options.maxAge ?? 1000),
    maxWaitingRecords: limit('maxWaitingRecords', options.maxWaitingRecords ?? 1000, 1),
    maxWaitingBytes: limit('maxWaitingBytes', options.maxWaitingBytes ?? 32 * 2 ** 20, 1),
    flushEach: options.flushEach ?? false,
    ack: checkedAck(options.ack ?? 'accepted'),
  };
}

/** The service would refuse another one with every request, and with it all tasks. */
function checkedAck(ack: 'accepted' | 'stored'): 'accepted' | 'stored' {
  if (ack === 'accepted' || ack === 'stored') return ack;
  throw new InvalidValueError('ack', `expected accepted or stored, got ${ack}`);
}
