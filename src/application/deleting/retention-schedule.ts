import type { RetentionPolicy } from '../../domain/retention.js';
import { SESSIONS } from '../../domain/session.js';
import type { CancelTimer, Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Metrics } from '../../ports/metrics.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { CleanUp } from './clean-up.js';

/** What one instance at a time does. */
const LOCK = 'retention';
/** From the start to the first run, milliseconds: a service that is restarted daily still cleans up. */
const FIRST_RUN = 60_000;

/** Clean-ups on schedule of this instance, since it started; null where there was none yet. */
export interface RetentionReport {
  readonly enabled: boolean;
  /** When the last one ended, ISO 8601. */
  readonly last_run_at: string | null;
  /** `left_to_another`: another instance on the same store was at it. */
  readonly last_outcome: 'cleaned_up' | 'failed' | 'left_to_another' | null;
  /** By the last one; null unless it cleaned up. */
  readonly deleted_sessions: number | null;
  readonly deleted_tasks: number | null;
  /** Null as well while one is under way. */
  readonly next_run_at: string | null;
}

/** What a run leaves behind in the report. */
type LastRun = Omit<RetentionReport, 'enabled' | 'next_run_at' | 'last_run_at'>;

const NOTHING_DELETED = { deleted_sessions: null, deleted_tasks: null };

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
  #last: LastRun = { ...NOTHING_DELETED, last_outcome: null };
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
      last_run_at: isoOf(this.#lastRunAt),
      ...this.#last,
      next_run_at: isoOf(this.#nextRunAt),
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
      const sessions = registry.backendOf(SESSIONS.name);
      const run = () => cleanUp.run(policy, { dryRun: false });
      const report = await (sessions.alone?.(LOCK, run) ?? run());
      if (report === null) {
        logger.info({}, 'Another instance is cleaning up; it is left to that one');
        return { ...NOTHING_DELETED, last_outcome: 'left_to_another' };
      }
      const { deletedSessions, deletedTasks } = report;
      metrics.cleanedUp(deletedSessions, deletedTasks);
      const took_ms = Math.round(clock.monotonic() - begun);
      const deleted = { deleted_sessions: deletedSessions, deleted_tasks: deletedTasks };
      logger.info({ ...deleted, took_ms }, 'Cleaned up');
      return { ...deleted, last_outcome: 'cleaned_up' };
    } catch (error) {
      metrics.cleanUpFailed();
      logger.warn({ err: error }, 'Cleaning up failed; it is tried again at the next turn');
      return { ...NOTHING_DELETED, last_outcome: 'failed' };
    }
  }
}

function isoOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
