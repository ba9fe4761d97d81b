import type { StorageRegistry } from '../../ports/storage-backend.js';

/** Counts the records in the quarantines of all stores, of all instances. */
export class CountQuarantined {
  #last = 0;

  constructor(private readonly dependencies: { readonly registry: StorageRegistry }) {}

  /** For an unreachable store, the last known count is used. */
  async count(): Promise<number> {
    const counts = this.dependencies.registry
      .backends()
      .map(({ quarantine }) => quarantine.count());
    try {
      const held = await Promise.all(counts);
      this.#last = held.reduce((sum, each) => sum + each, 0);
    } catch {
      // Whether the store is reachable is shown beside this figure.
    }
    return this.#last;
  }
}
