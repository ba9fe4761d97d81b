import type { RetentionPolicy } from '../domain/retention.js';
import { SESSIONS } from '../domain/session.js';
import type { CancelTimer, Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { CleanUp } from './clean-up.js';

/** What one instance at a time does. */
const LOCK = 'retention';
/** From the start to the first run, milliseconds: a service that is restarted daily still cleans up. */
const FIRST_RUN = 60_000;

/**
 * Cleans up every so often. A run that fails is logged, and repeated at the next turn. Of several
 * instances on one store one cleans up at a time; the others leave it to that one.
 */
export class RetentionSchedule {
  #timer: CancelTimer | null = null;
  #stopped = false;

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
    this.#arm(FIRST_RUN);
  }

  /** No run begins any more; one that is under way goes on. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.();
  }

  #arm(milliseconds: number): void {
    if (this.#stopped) return;
    this.#timer = this.dependencies.clock.schedule(milliseconds, () => {
      void this.#run().finally(() => this.#arm(this.dependencies.interval));
    });
  }

  async #run(): Promise<void> {
    const { cleanUp, registry, policy, clock, logger, metrics } = this.dependencies;
    const begun = clock.monotonic();
    try {
      const sessions = registry.backendOf(SESSIONS.name);
      const run = () => cleanUp.run(policy, { dryRun: false });
      const report = await (sessions.alone?.(LOCK, run) ?? run());
      if (report === null) {
        logger.info({}, 'Another instance is cleaning up; it is left to that one');
        return;
      }
      const { deletedSessions, deletedTasks } = report;
      metrics.cleanedUp(deletedSessions, deletedTasks);
      const took_ms = Math.round(clock.monotonic() - begun);
      logger.info(
        { deleted_sessions: deletedSessions, deleted_tasks: deletedTasks, took_ms },
        'Cleaned up',
      );
    } catch (error) {
      metrics.cleanUpFailed();
      logger.warn({ err: error }, 'Cleaning up failed; it is tried again at the next turn');
    }
  }
}
