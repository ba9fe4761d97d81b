import { COLLECTIONS } from '../../domain/collections/list.js';
import type { RetentionPolicy } from '../../domain/retention.js';
import type { CancelTimer, Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Metrics } from '../../ports/metrics.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';
import type { CleanUp, CleanUpReport } from './clean-up.js';

/** The lease that lets one instance clean up at a time. */
const LEASE = 'retention';
/**
 * Milliseconds from the start to the first run: a service that is restarted daily still cleans up.
 */
const FIRST_RUN = 60_000;

/** The scheduled clean-ups of this instance since its start; null before the first. */
export interface RetentionReport {
  readonly enabled: boolean;
  /** End of the last run, epoch milliseconds. */
  readonly lastRunAt: number | null;
  /** `left_to_another`: another instance on the same store was cleaning up. */
  readonly lastOutcome: 'cleaned_up' | 'failed' | 'left_to_another' | null;
  /** What the last run deleted; null unless it cleaned up. */
  readonly deleted: CleanUpReport | null;
  /** Epoch milliseconds; also null while a run is active. */
  readonly nextRunAt: number | null;
}

/** What a run contributes to the report. */
type LastRun = Pick<RetentionReport, 'lastOutcome' | 'deleted'>;

/**
 * Cleans up on schedule. A run that fails is logged, and the next run tries again. Of several
 * instances on one store, one cleans up at a time; the others skip their run.
 */
export class RetentionSchedule {
  #timer: CancelTimer | null = null;
  #stopped = false;
  #enabled = false;
  /** Epoch milliseconds, like `nextRunAt`. */
  #lastRunAt: number | null = null;
  #last: LastRun = { lastOutcome: null, deleted: null };
  #nextRunAt: number | null = null;

  constructor(
    private readonly dependencies: {
      readonly cleanUp: CleanUp;
      readonly registry: StorageRegistry;
      readonly clock: Clock;
      readonly logger: Logger;
      readonly metrics: Metrics;
      readonly policy: RetentionPolicy;
      /** Milliseconds from the end of one run to the start of the next. */
      readonly interval: number;
    },
  ) {}

  start(): void {
    this.#enabled = true;
    this.#arm(FIRST_RUN);
  }

  /** No run starts after this; an active run continues. */
  stop(): void {
    this.#stopped = true;
    this.#nextRunAt = null;
    this.#timer?.();
  }

  report(): RetentionReport {
    return {
      enabled: this.#enabled,
      lastRunAt: this.#lastRunAt,
      ...this.#last,
      nextRunAt: this.#nextRunAt,
    };
  }

  #arm(milliseconds: number): void {
    if (this.#stopped) return;
    const { clock, interval } = this.dependencies;
    this.#nextRunAt = clock.now() + milliseconds;
    this.#timer = clock.schedule(milliseconds, () => {
      this.#nextRunAt = null;
      void this.#run().then((last) => {
        this.#last = last;
        this.#lastRunAt = clock.now();
        this.#arm(interval);
      });
    });
  }

  /** Never rejects. */
  async #run(): Promise<LastRun> {
    const { cleanUp, registry, policy, clock, logger, metrics } = this.dependencies;
    const begun = clock.monotonic();
    try {
      const report = await storeOf(registry).withLease(LEASE, (lease) =>
        cleanUp.run(policy, { dryRun: false, lease }),
      );
      if (report === null) {
        logger.info({}, 'Another instance is cleaning up; this run is skipped');
        return { lastOutcome: 'left_to_another', deleted: null };
      }
      metrics.cleanedUp(report);
      const took_ms = Math.round(clock.monotonic() - begun);
      logger.info({ deleted: Object.fromEntries(report), took_ms }, 'Cleaned up');
      return { lastOutcome: 'cleaned_up', deleted: report };
    } catch (error) {
      metrics.cleanUpFailed();
      logger.warn({ err: error }, 'Clean-up failed; the next scheduled run tries again');
      return { lastOutcome: 'failed', deleted: null };
    }
  }
}

/** The store whose lease decides which instance cleans up. */
function storeOf(registry: StorageRegistry): StorageBackend {
  const [first] = COLLECTIONS.filter(({ expires }) => expires);
  if (first === undefined) throw new Error('no collection expires');
  return registry.backendOf(first.name);
}
