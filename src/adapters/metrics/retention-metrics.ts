import { Counter, Gauge, type Registry } from 'prom-client';
import type { CollectionName } from '../../domain/collection.js';
import { COLLECTIONS } from '../../domain/collections/list.js';

/** Scheduled clean-ups. */
export class RetentionMetrics {
  readonly #runs: Counter;
  readonly #failures: Counter;
  readonly #failuresInARow: Gauge;
  readonly #deleted: Counter<'collection'>;
  readonly #lastSuccess: Gauge;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.#runs = new Counter({
      name: 'retention_runs_total',
      help: 'Scheduled clean-ups that succeeded.',
      registers,
    });
    this.#failures = new Counter({
      name: 'retention_failed_runs_total',
      help: 'Scheduled clean-ups that failed.',
      registers,
    });
    this.#failuresInARow = new Gauge({
      name: 'retention_failed_runs_in_a_row',
      help: 'Scheduled clean-ups that failed since the last success.',
      registers,
    });
    this.#deleted = new Counter({
      name: 'retention_deleted_records_total',
      help: 'Records deleted by scheduled clean-ups.',
      labelNames: ['collection'],
      registers,
    });
    for (const { name } of COLLECTIONS) this.#deleted.inc({ collection: name }, 0);
    this.#lastSuccess = new Gauge({
      name: 'retention_last_success_timestamp_seconds',
      help: 'When a clean-up of this instance last succeeded, or when the process started.',
      registers,
    });
    this.#lastSuccess.setToCurrentTime();
  }

  /** `seconds` from one clean-up to the next; 0 if none is scheduled. */
  scheduled(seconds: number): void {
    new Gauge({
      name: 'retention_interval_seconds',
      help: 'Seconds from one scheduled clean-up to the next; 0 if none is scheduled.',
      registers: [this.registry],
    }).set(seconds);
  }

  ended(deleted: ReadonlyMap<CollectionName, number>): void {
    this.#runs.inc();
    this.#failuresInARow.set(0);
    this.#lastSuccess.setToCurrentTime();
    for (const [collection, records] of deleted) this.#deleted.inc({ collection }, records);
  }

  failed(): void {
    this.#failures.inc();
    this.#failuresInARow.inc();
  }
}
