import { Counter, Histogram, Registry } from 'prom-client';
import type { BufferSnapshot } from '../../application/buffer/snapshot.js';
import type { CollectionName } from '../../domain/collection.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import type { Clock } from '../../ports/clock.js';
import type { FlushOutcome, Metrics } from '../../ports/metrics.js';
import type { StorageBackend } from '../../ports/storage-backend.js';
import { addBufferMetrics } from './buffer-metrics.js';
import { addDiskMetrics, addJournalMetrics, type JournalReadings } from './journal-metrics.js';
import { addProcessMetrics } from './process-metrics.js';
import { RetentionMetrics } from './retention-metrics.js';
import { addStorageMetrics } from './storage-metrics.js';

/** Seconds; a write that only reaches the journal takes about one millisecond. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const FLUSH_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Methods that are shown by name, and `unknown` for an unreadable request. A client can send any
 * method, and each name would be a series per route.
 */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'unknown']);

/** What is read, not counted, when the metrics are scraped. */
export interface MetricSources {
  readonly buffer: () => BufferSnapshot;
  /** Records in quarantine, of all instances. */
  readonly inQuarantine: () => Promise<number>;
  readonly journal: () => JournalReadings;
  readonly stores: () => readonly StorageBackend[];
  /** The folder of the journal; the free space of its disk is shown. */
  readonly journalPath: string;
  /** Seconds from one scheduled clean-up to the next; 0 if none is scheduled. */
  readonly retentionInterval: number;
  readonly clock: Clock;
}

/** Metrics for Prometheus, in a separate registry. Labels are few: routes, never URLs. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'api_requests_total',
    help: 'Answered requests.',
    labelNames: ['endpoint', 'method', 'status'],
    registers: [this.#registry],
  });
  readonly #durations = new Histogram({
    name: 'api_duration_seconds',
    help: 'Time from the head of a request to its answer, including its body.',
    labelNames: ['endpoint', 'method'],
    buckets: REQUEST_BUCKETS,
    registers: [this.#registry],
  });
  readonly #flushes = new Counter({
    name: 'buffer_flushes_total',
    help: 'Flushes by outcome.',
    labelNames: ['outcome'],
    registers: [this.#registry],
  });
  readonly #flushDurations = new Histogram({
    name: 'buffer_flush_duration_seconds',
    help: 'Duration of a flush.',
    buckets: FLUSH_BUCKETS,
    registers: [this.#registry],
  });
  readonly #stored = new Counter({
    name: 'buffer_stored_records_total',
    help: 'Records committed to their store.',
    labelNames: ['collection'],
    registers: [this.#registry],
  });
  readonly #refused = new Counter({
    name: 'buffer_refused_records_total',
    help: 'Records that a store refused and that were quarantined.',
    labelNames: ['collection'],
    registers: [this.#registry],
  });
  readonly #retention = new RetentionMetrics(this.#registry);

  constructor() {
    addProcessMetrics(this.#registry);
    // A series that appears only with its first event hides that event from rate().
    for (const outcome of ['stored', 'failed'] satisfies FlushOutcome[])
      this.#flushes.inc({ outcome }, 0);
    for (const { name } of COLLECTIONS) {
      this.#stored.inc({ collection: name }, 0);
      this.#refused.inc({ collection: name }, 0);
    }
  }

  /** Attaches what is read at each scrape; called once, before the first scrape. */
  attach(sources: MetricSources): void {
    const { buffer, inQuarantine, journal, stores, journalPath, clock } = sources;
    addBufferMetrics(this.#registry, buffer, inQuarantine);
    addJournalMetrics(this.#registry, journal);
    addDiskMetrics(this.#registry, journalPath);
    addStorageMetrics(this.#registry, stores, clock);
    this.#retention.scheduled(sources.retentionInterval);
  }

  flushEnded(outcome: FlushOutcome, seconds: number): void {
    this.#flushes.inc({ outcome });
    this.#flushDurations.observe(seconds);
  }

  recordsStored(collection: CollectionName, records: number): void {
    this.#stored.inc({ collection }, records);
  }

  recordsQuarantined(collection: CollectionName, records: number): void {
    this.#refused.inc({ collection }, records);
  }

  cleanedUp(deleted: ReadonlyMap<CollectionName, number>): void {
    this.#retention.ended(deleted);
  }

  cleanUpFailed(): void {
    this.#retention.failed();
  }

  requestEnded(request: {
    readonly endpoint: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number | null;
  }): void {
    const { endpoint, status, seconds } = request;
    const method = METHODS.has(request.method) ? request.method : 'other';
    this.#requests.inc({ endpoint, method, status });
    if (seconds !== null) this.#durations.observe({ endpoint, method }, seconds);
  }

  async render(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
