import type { CollectionName } from '../domain/collection.js';

/**
 * What the application counts. Levels (buffer size, oldest age) are not included: the metrics
 * adapter reads them from the snapshot of the buffer when it is scraped.
 */
export interface Metrics {
  flushEnded(outcome: FlushOutcome, seconds: number): void;
  recordsStored(collection: CollectionName, records: number): void;
  recordsQuarantined(collection: CollectionName, records: number): void;
  /** A scheduled clean-up succeeded; `deleted` counts records by collection. */
  cleanedUp(deleted: ReadonlyMap<CollectionName, number>): void;
  cleanUpFailed(): void;
}

export type FlushOutcome = 'stored' | 'failed';
