import { type VersionSequence, versionAt } from '../../domain/version.js';
import type { CancelTimer, Clock } from '../../ports/clock.js';
import type { Journal } from '../../ports/journal.js';
import type { Logger } from '../../ports/logger.js';
import type { Instance, StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { cautiousNow } from './cautious-time.js';
import { HandOverDeletes } from './hand-over-deletes.js';

/** Milliseconds from the start to the first run, and from one run to the next. */
const FIRST_RUN = 5000;
const INTERVAL = 60_000;
/**
 * Minimum age of a tombstone, in milliseconds: longer than a statement whose client is gone can run
 * in a server.
 */
const LEAST_AGE = 86_400_000;
/**
 * An instance that has not announced itself for so long, and still keeps tombstones, is named in
 * the log.
 */
const LONG_SILENT = 7 * 86_400_000;

/**
 * Drops tombstones that no older write can reach any more. Older writes can be in the buffer or the
 * journal of an instance, in quarantine, or in a running statement. Each instance therefore
 * announces to each store, regularly, up to which version it has stored everything. A store drops
 * only tombstones that are older than all of these versions, than everything in quarantine, and
 * than a day. An instance that stopped with everything stored holds nothing; one that was killed
 * counts until it restarts.
 */
export class TombstoneUpkeep {
  #timer: CancelTimer | null = null;
  #stopped = false;
  /** The newest announcement of a run; it may be under way. */
  #announcing: Promise<void> = Promise.resolve();
  readonly #named = new Set<string>();
  readonly #handOver: HandOverDeletes;

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly journal: Journal;
      readonly versions: VersionSequence;
      readonly clock: Clock;
      readonly logger: Logger;
    },
  ) {
    this.#handOver = new HandOverDeletes(dependencies);
  }

  /**
   * Announces to the stores which versions this instance may still write; runs before the first
   * request. An unreachable store learns it once it is reachable: until then it does not know this
   * instance.
   */
  async begin(): Promise<void> {
    const { registry, buffer, versions, logger } = this.dependencies;
    for (const store of registry.backends()) {
      try {
        // What the replay has stored so far is not replayed again.
        await buffer.keepClock();
        const instance = await this.#instanceAt(store);
        await store.announce(instance, buffer.oldestVersion ?? versions.highest);
      } catch (error) {
        logger.debug(
          { err: error, store: store.name },
          'This instance is not announced to a store yet',
        );
      }
    }
  }

  start(): void {
    this.#arm(FIRST_RUN);
  }

  /** No run starts after this, and an active one announces nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.();
  }

  /**
   * Announces to the stores that this instance holds nothing: everything accepted is stored. It is
   * the last announcement: an active run stops, and is only waited for while it announces, because a
   * store may drop tombstones for longer than a shutdown takes.
   */
  async withdraw(): Promise<void> {
    const { registry, logger } = this.dependencies;
    this.stop();
    await this.#announcing.catch(() => undefined);
    try {
      for (const store of registry.backends())
        await store.announce(await this.#instanceAt(store), null);
    } catch (error) {
      logger.debug({ err: error }, 'A store still expects older writes of this instance');
    }
  }

  #arm(milliseconds: number): void {
    if (this.#stopped) return;
    this.#timer = this.dependencies.clock.schedule(milliseconds, () => {
      void this.run().finally(() => this.#arm(INTERVAL));
    });
  }

  /** Runs once, now; a failure is logged. */
  async run(): Promise<void> {
    const { registry, buffer, versions, clock, logger } = this.dependencies;
    try {
      // The version of now, even if nothing was accepted for long: whatever is accepted later is
      // newer, even after a crash with the clock set back.
      const accepted = versions.next(clock.now());
      await buffer.flush();
      await buffer.keepClock();
      const holdsFrom = Math.min(accepted, buffer.oldestVersion ?? accepted);
      // Before the tombstones that it needs are dropped.
      await this.#handOver.run(() => this.#stopped);
      for (const store of registry.backends()) {
        const instance = await this.#instanceAt(store);
        if (this.#stopped) return;
        this.#announcing = store.announce(instance, holdsFrom);
        await this.#announcing;
        const before = versionAt((await cautiousNow(clock, store)) - LEAST_AGE);
        const { dropped, oldest } = await store.dropTombstones(before);
        if (dropped > 0) logger.debug({ store: store.name, dropped }, 'Tombstones dropped');
        if (oldest !== null) this.#name(store.name, oldest);
      }
    } catch (error) {
      logger.debug({ err: error }, 'Dropping tombstones failed');
    }
  }

  #name(store: string, { id, seenAt }: Instance): void {
    const { clock, logger } = this.dependencies;
    if (clock.now() - seenAt < LONG_SILENT || this.#named.has(id)) return;
    this.#named.add(id);
    logger.warn(
      { store, instance: id, last_seen: new Date(seenAt).toISOString() },
      'Tombstones are kept for an instance that was killed and has not restarted, because its journal may hold older writes, or for a copy that may be repeated. If it never comes back, delete its row from the table instances',
    );
  }

  /** Seen by the clock of the store, if it has one: others compare it with that clock. */
  async #instanceAt(store: StorageBackend): Promise<Instance> {
    const { journal, clock } = this.dependencies;
    return { ...journal.identity(), seenAt: (await store.clock?.()) ?? clock.now() };
  }
}
