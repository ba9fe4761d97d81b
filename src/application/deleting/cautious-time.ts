import type { Clock } from '../../ports/clock.js';
import type { StorageBackend } from '../../ports/storage-backend.js';

/**
 * Now, epoch milliseconds, for what cannot be undone: by the clock of this machine or that of the
 * store, whichever is behind. A machine whose clock is a year ahead would delete what is a day old.
 * Throws StorageUnavailableError if the store does not say.
 */
export async function cautiousNow(clock: Clock, store: StorageBackend): Promise<number> {
  const ofStore = (await store.clock?.()) ?? Number.POSITIVE_INFINITY;
  return Math.min(clock.now(), ofStore);
}
