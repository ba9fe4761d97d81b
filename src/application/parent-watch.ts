import { COLLECTIONS, collectionOf } from '../domain/collections.js';
import type { CancelTimer, Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Quarantine } from '../ports/quarantine.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { WriteBuffer } from './buffer/write-buffer.js';

/** Milliseconds between two looks at least, however often the buffer is flushed. */
const SHORTEST_INTERVAL = 1000;

/**
 * Looks, every so often, whether parents that quarantined records wait for were stored by somebody
 * else: a session that comes through another instance sends home the tasks that wait here. Those
 * that this instance stores are noticed by its flush, at once.
 */
export class ParentWatch {
  #timer: CancelTimer | null = null;
  #stopped = false;

  constructor(
    private readonly dependencies: {
      readonly quarantine: Quarantine;
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly clock: Clock;
      readonly logger: Logger;
      /** Milliseconds from the end of one look to the next; a second at least. */
      readonly interval: number;
    },
  ) {}

  start(): void {
    if (this.#stopped) return;
    const interval = Math.max(SHORTEST_INTERVAL, this.dependencies.interval);
    this.#timer = this.dependencies.clock.schedule(interval, () => {
      void this.#look().finally(() => this.start());
    });
  }

  /** No look begins any more; one that is under way goes on. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.();
  }

  async #look(): Promise<void> {
    const { quarantine, registry, buffer, logger } = this.dependencies;
    try {
      for (const { name, parent } of COLLECTIONS) {
        if (parent === null) continue;
        const missing = quarantine
          .list()
          .filter(({ collection }) => collection === name)
          .flatMap(({ missingParent }) => missingParent ?? []);
        if (missing.length === 0) continue;
        const backend = registry.backendOf(parent.collection);
        const keys = [...new Set(missing)];
        const arrived = await backend.existing(collectionOf(parent.collection), keys);
        if (arrived.size === 0) continue;
        await buffer.withoutFlush(() => buffer.requeue(quarantine.waitingFor(arrived)));
      }
    } catch (error) {
      logger.warn({ err: error }, 'Looking for parents of quarantined records failed');
    }
  }
}
