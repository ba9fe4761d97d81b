import type { Clock } from '../../ports/clock.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import { inTime } from '../health/in-time.js';

/** Counts the records in the quarantines of all stores, of all instances. */
export class CountQuarantined {
  #last = 0;
  /** The question that has no answer yet, which calls share: a store that hangs is asked once. */
  #asked: Promise<number> | null = null;

  constructor(
    private readonly dependencies: { readonly registry: StorageRegistry; readonly clock: Clock },
  ) {}

  /** The last known count; 0 before the first. */
  get lastKnown(): number {
    return this.#last;
  }

  /** For a store that is unreachable, or does not answer in time, the last known count is used. */
  async count(): Promise<number> {
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = null;
    });
    return inTime(this.#asked, () => this.#last, this.dependencies.clock);
  }

  async #ask(): Promise<number> {
    const stores = this.dependencies.registry.backends();
    // Every answer is awaited, also after a failure: one of the other stores may hang.
    const answers = await Promise.allSettled(stores.map(({ quarantine }) => quarantine.count()));
    const known = answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    // Whether a store is reachable is shown beside this figure.
    if (known.length === stores.length) this.#last = known.reduce((sum, each) => sum + each, 0);
    return this.#last;
  }
}
