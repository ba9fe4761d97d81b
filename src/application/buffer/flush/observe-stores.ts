import type { VersionSequence } from '../../../domain/version.js';
import type { StorageBackend, StorageRegistry } from '../../../ports/storage-backend.js';

/**
 * Has the versions of this instance begin above everything that the stores have seen. The clock of
 * the machine may have been set back, and what is accepted now must not look older than what is
 * stored.
 */
export class ObserveStores {
  readonly #unseen: Set<StorageBackend>;

  readonly #versions: VersionSequence;

  constructor(dependencies: {
    readonly registry: StorageRegistry;
    readonly versions: VersionSequence;
  }) {
    this.#unseen = new Set(dependencies.registry.backends());
    this.#versions = dependencies.versions;
  }

  /** Asks the stores that have not answered yet. Throws StorageUnavailableError when one does not. */
  async run(): Promise<void> {
    for (const store of this.#unseen) {
      this.#versions.observe(await store.newestVersion());
      this.#unseen.delete(store);
    }
  }
}
