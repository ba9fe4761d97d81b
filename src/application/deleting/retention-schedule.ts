import { COLLECTIONS } from '../../domain/collections/list.js';
import type { RetentionPolicy } from '../../domain/retention.js';
import type { CancelTimer, Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Metrics } from '../../ports/metrics.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';
import type { CleanUp, CleanUpReport } from './clean-up.js';

/** What one instance at a time does. */
const LOCK = 'retention';
/** From the start to the first run, milliseconds: a service that is restarted daily still cleans up. */
const FIRST_RUN = 60_000;

/** Clean-ups on schedule of this instance, since it started; null where there was none yet. */
export interface RetentionReport {
  readonly enabled: boolean;
  /** When the last one ended, epoch milliseconds. */
  readonly lastRunAt: number | null;
  /** `left_to_another`: another instance on the same store was cleaning up. */
  readonly lastOutcome: 'cleaned_up' | 'failed' | 'left_to_another' | null;
  /** By the last one; null unless it cleaned up. */
  readonly deleted: CleanUpReport | null;
  /** Epoch milliseconds; null as well while one is under way. */
  readonly nextRunAt: number | null;
}

/** What a run leaves behind in the report. */
type LastRun = Pick<RetentionReport, 'lastOutcome' | 'deleted'>;

/**
 * Cleans up every so often. A run that fails is logged, and repeated at the next turn. Of several
 * instances on one store one cleans up at a time; the others leave it to that one.
 */
export class RetentionSchedule {
  #timer: CancelTimer | null = null;
  #stopped = false;
  #enabled = false;
  /** Epoch milliseconds, as those of the next run. */
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
      /** Milliseconds from the end of one run to the next. */
      readonly interval: number;
    },
  ) {}

  start(): void {
    this.#enabled = true;
    this.#arm(FIRST_RUN);
  }

  /** No run begins any more; one that is under way goes on. */
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
      const run = () => cleanUp.run(policy, { dryRun: false });
      const report = await (storeOf(registry).alone?.(LOCK, run) ?? run());
      if (report === null) {
        logger.info({}, 'Another instance is cleaning up; it is left to that one');
        return { lastOutcome: 'left_to_another', deleted: null };
      }
      metrics.cleanedUp(report);
      const took_ms = Math.round(clock.monotonic() - begun);
      logger.info({ deleted: Object.fromEntries(report), took_ms }, 'Cleaned up');
      return { lastOutcome: 'cleaned_up', deleted: report };
    } catch (error) {
      metrics.cleanUpFailed();
      logger.warn({ err: error }, 'Cleaning up failed; it is tried again at the next turn');
      return { lastOutcome: 'failed', deleted: null };
    }
  }
}

/** The store in which instances agree on who cleans up. */
function storeOf(registry: StorageRegistry): StorageBackend {
  const [first] = COLLECTIONS.filter(({ expires }) => expires);
  if (first === undefined) throw new Error('no collection expires');
  return registry.backendOf(first.name);
}
