import { StorageUnavailableError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageBackend } from '../../ports/storage-backend.js';
import { inTime } from './in-time.js';

/**
 * Finds out whether stores answer in time. Checks of one store share the question that has no answer
 * yet, so that a store that hangs is not asked again by each.
 */
export class StoreChecks {
  readonly #asked = new Map<StorageBackend, Promise<unknown>>();

  constructor(private readonly clock: Clock) {}

  /** Why a store does not answer; null if it does. Never rejects. */
  async failureOf(store: StorageBackend): Promise<unknown> {
    const late = () => new StorageUnavailableError(store.name, 'it has not answered in time');
    return inTime(this.#ask(store), late, this.clock);
  }

  #ask(store: StorageBackend): Promise<unknown> {
    const known = this.#asked.get(store);
    if (known !== undefined) return known;
    const answer = store
      .healthCheck()
      .then(
        () => null,
        (error: unknown) => error,
      )
      .finally(() => this.#asked.delete(store));
    this.#asked.set(store, answer);
    return answer;
  }
}
