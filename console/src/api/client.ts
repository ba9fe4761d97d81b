import { PersistenceClient } from '../../../clients/typescript';
import { apiKey } from './key';

/** The service that serves this page. The next poll asks again, so nothing is repeated here. */
export const service = new PersistenceClient({
  baseUrl: window.location.origin,
  apiKey: () => apiKey.value,
  maxRetries: 0,
});

/**
 * Stores what was just changed, so that lists and counts show it. If the store is away they show it
 * later, which is no failure of the change.
 */
export async function storeNow(): Promise<void> {
  await service.flush().catch(() => undefined);
}
