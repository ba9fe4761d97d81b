import type { Clock } from '../../ports/clock.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import { TimedQuestion } from '../health/timed-question.js';

/** Counts the records in the quarantines of all stores, of all instances. */
export class CountQuarantined {
  #last = 0;
  readonly #count: TimedQuestion<StorageRegistry, number>;
  readonly #registry: StorageRegistry;

  constructor({ registry, clock }: { readonly registry: StorageRegistry; readonly clock: Clock }) {
    this.#registry = registry;
    this.#count = new TimedQuestion((all) => this.#ask(all), clock);
  }

  /** The last known count; 0 before the first. */
  get lastKnown(): number {
    return this.#last;
  }

  /** For a store that is unreachable, or does not answer in time, the last known count is used. */
  async count(): Promise<number> {
    return this.#count.ask(this.#registry, () => this.#last);
  }

  async #ask(registry: StorageRegistry): Promise<number> {
    const stores = registry.backends();
    // Every answer is awaited, also after a failure: one of the other stores may hang.
    const answers = await Promise.allSettled(stores.map(({ quarantine }) => quarantine.count()));
    const known = answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    // Whether a store is reachable is shown beside this figure.
    if (known.length === stores.length) this.#last = known.reduce((sum, each) => sum + each, 0);
    return this.#last;
  }
}
