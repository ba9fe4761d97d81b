import type { Collection } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import type { CancelTimer, Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { ReleaseQuarantined } from './release.js';

/** Minimum milliseconds between two runs, however often the buffer is flushed. */
const SHORTEST_INTERVAL = 1000;
/** Missing parents that are looked up at a time. */
const PARENTS = 500;

/**
 * Checks regularly whether missing parents of quarantined records are stored by now. The instance
 * that stores a parent releases its orphans at once. This finds the orphans that it could not
 * release, for example because it was killed in between.
 */
export class OrphanWatch {
  #timer: CancelTimer | null = null;
  #stopped = false;

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly release: ReleaseQuarantined;
      readonly clock: Clock;
      readonly logger: Logger;
      /** Milliseconds from the end of one run to the start of the next; at least one second. */
      readonly interval: number;
    },
  ) {}

  start(): void {
    if (this.#stopped) return;
    const interval = Math.max(SHORTEST_INTERVAL, this.dependencies.interval);
    this.#timer = this.dependencies.clock.schedule(interval, () => {
      void this.look().finally(() => this.start());
    });
  }

  /** No run starts after this; an active run continues. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.();
  }

  /** Runs once, now; a failure is logged. */
  async look(): Promise<void> {
    try {
      for (const collection of COLLECTIONS) {
        if (collection.parent === null) continue;
        await this.#releaseOrphansIn(collection, collectionOf(collection.parent.collection));
      }
    } catch (error) {
      this.dependencies.logger.warn(
        { err: error },
        'Looking for parents of quarantined records failed',
      );
    }
  }

  async #releaseOrphansIn(collection: Collection, parents: Collection): Promise<void> {
    const { registry, buffer, release } = this.dependencies;
    const { quarantine } = registry.backendOf(collection.name);
    let last: string | undefined;
    do {
      const missing = await quarantine.missingParents(collection, last ?? null, PARENTS);
      last = missing.at(-1);
      if (missing.length === 0) return;
      const arrived = await registry.backendOf(parents.name).existing(parents, missing);
      if (arrived.size > 0)
        await buffer.withoutFlush(() => release.orphansOf(parents, [...arrived.keys()]));
    } while (last !== undefined);
  }
}
