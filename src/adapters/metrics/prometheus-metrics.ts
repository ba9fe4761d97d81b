import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { BufferSnapshot } from '../../application/buffer/snapshot.js';
import type { CollectionName } from '../../domain/collection.js';
import { COLLECTIONS } from '../../domain/collections.js';
import type { JournalStatus } from '../../ports/journal.js';
import type { FlushOutcome, Metrics } from '../../ports/metrics.js';

/** Seconds; an answer from the journal takes about one millisecond. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const FLUSH_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is read, not counted, when the metrics are scraped. */
export interface MetricSources {
  readonly buffer: () => BufferSnapshot;
  readonly journal: () => JournalStatus;
}

/** Metrics for Prometheus, in a registry of their own. Labels are few: routes, never URLs. */
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
    help: 'Time from the first byte of a request to its answer.',
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
    help: 'Time that a flush took.',
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
    help: 'Records that a store refused and that went into quarantine.',
    labelNames: ['collection'],
    registers: [this.#registry],
  });

  readonly #cleanUps = new Counter({
    name: 'retention_runs_total',
    help: 'Clean-ups on schedule that ended well.',
    registers: [this.#registry],
  });
  readonly #cleaned = new Counter({
    name: 'retention_deleted_records_total',
    help: 'Records deleted by clean-ups on schedule.',
    labelNames: ['collection'],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    // A series that appears only with its first event hides that event from rate().
    for (const outcome of ['stored', 'failed'] satisfies FlushOutcome[])
      this.#flushes.inc({ outcome }, 0);
    for (const { name } of COLLECTIONS) {
      this.#stored.inc({ collection: name }, 0);
      this.#refused.inc({ collection: name }, 0);
      this.#cleaned.inc({ collection: name }, 0);
    }
  }

  /** Attaches what is read at each scrape; called once, before the first. */
  attach({ buffer, journal }: MetricSources): void {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.#registry],
        collect() {
          this.set(read());
        },
      });
    const counter = (name: string, help: string, read: () => number) =>
      new Counter({
        name,
        help,
        registers: [this.#registry],
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    new Gauge({
      name: 'buffer_size',
      help: 'Records that wait to be stored.',
      labelNames: ['type'],
      registers: [this.#registry],
      collect() {
        const { sessionsCount, tasksCount } = buffer();
        this.set({ type: 'sessions' }, sessionsCount);
        this.set({ type: 'tasks' }, tasksCount);
      },
    });
    gauge(
      'buffer_pending_records',
      'Records that wait to be stored; with the counters of stored and coalesced ones, those in quarantine and those dropped, they make up the accepted ones.',
      () => buffer().pending,
    );
    gauge('buffer_capacity_records', 'Records that may wait.', () => buffer().capacity);
    gauge(
      'buffer_pending_bytes',
      'Memory that waiting records take, about.',
      () => buffer().pendingBytes,
    );
    gauge(
      'buffer_oldest_pending_seconds',
      'Age of the oldest record that waits.',
      () => buffer().oldestPendingSeconds,
    );
    gauge('buffer_quarantined_records', 'Records in quarantine.', () => buffer().quarantined);
    gauge(
      'buffer_failed_flushes_in_a_row',
      'Flushes that failed since the last that did not.',
      () => buffer().failedFlushesInARow,
    );
    // A record given up leaves `accepted`; a counter must not go down.
    counter(
      'buffer_accepted_records_total',
      'Accepted records.',
      () => buffer().accepted + buffer().dropped,
    );
    counter(
      'buffer_coalesced_records_total',
      'Records merged into one that waited.',
      () => buffer().coalesced,
    );
    counter(
      'buffer_dropped_records_total',
      'Quarantined records given up.',
      () => buffer().dropped,
    );
    gauge('journal_bytes', 'Bytes of the journal on disk.', () => journal().bytes);
    gauge('journal_segments', 'Files of the journal.', () => journal().segments);
    gauge(
      'journal_last_sync_seconds',
      'Time that the last sync of the journal took.',
      () => journal().lastSyncSeconds ?? 0,
    );
    gauge('journal_writable', '1 while the journal takes writes.', () =>
      Number(journal().writable),
    );
    gauge('journal_damaged_places', 'Damaged places moved aside.', () => journal().damage.length);
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

  cleanedUp(sessions: number, tasks: number): void {
    this.#cleanUps.inc();
    this.#cleaned.inc({ collection: 'translation_sessions' }, sessions);
    this.#cleaned.inc({ collection: 'translation_tasks' }, tasks);
  }

  requestEnded(request: {
    readonly endpoint: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }): void {
    const { endpoint, method, status, seconds } = request;
    this.#requests.inc({ endpoint, method, status });
    this.#durations.observe({ endpoint, method }, seconds);
  }

  async render(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
