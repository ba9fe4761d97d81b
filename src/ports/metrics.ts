import type { CollectionName } from '../domain/collection.js';

/**
 * What the application counts. Levels (buffer size, oldest age) are not here: the metrics adapter
 * reads them from the buffer's snapshot when it is scraped.
 */
export interface Metrics {
  flushEnded(outcome: FlushOutcome, seconds: number): void;
  recordsStored(collection: CollectionName, records: number): void;
  recordsQuarantined(collection: CollectionName, records: number): void;
  /** A clean-up on schedule ended well; `deleted` counts records by collection. */
  cleanedUp(deleted: ReadonlyMap<CollectionName, number>): void;
  cleanUpFailed(): void;
}

export type FlushOutcome = 'stored' | 'failed';
