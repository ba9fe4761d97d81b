import type { VersionSequence } from '../../../domain/version.js';
import type { StorageBackend, StorageRegistry } from '../../../ports/storage-backend.js';

/**
 * Makes the versions of this instance start above everything in the stores. The clock of the
 * machine may have been set back, and what is accepted now must not look older than what is stored.
 */
export class ObserveStores {
  readonly #unseen: Set<StorageBackend>;

  readonly #versions: VersionSequence;
  #running: Promise<void> | null = null;

  constructor(dependencies: {
    readonly registry: StorageRegistry;
    readonly versions: VersionSequence;
  }) {
    this.#unseen = new Set(dependencies.registry.backends());
    this.#versions = dependencies.versions;
  }

  /** Whether all stores have answered. */
  get isDone(): boolean {
    return this.#unseen.size === 0;
  }

  /**
   * Queries the stores that have not answered yet; calls share a query that is under way. Throws
   * StorageUnavailableError if one is unreachable.
   */
  async run(): Promise<void> {
    if (this.isDone) return;
    this.#running ??= this.#ask().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #ask(): Promise<void> {
    for (const store of this.#unseen) {
      this.#versions.observe(await store.newestVersion());
      this.#unseen.delete(store);
    }
  }
}
