import type { StorageRegistry } from '../../ports/storage-backend.js';

/** How many records the quarantines of all stores hold now, for all instances. */
export class CountQuarantined {
  #last = 0;

  constructor(private readonly dependencies: { readonly registry: StorageRegistry }) {}

  /** While a store is away, what it was last time. */
  async count(): Promise<number> {
    const counts = this.dependencies.registry
      .backends()
      .map(({ quarantine }) => quarantine.count());
    try {
      const held = await Promise.all(counts);
      this.#last = held.reduce((sum, each) => sum + each, 0);
    } catch {
      // Whether the store is there is shown beside this figure.
    }
    return this.#last;
  }
}
