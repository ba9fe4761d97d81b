import { PersistenceClient } from '../../../clients/typescript';
import { apiKey } from './key';

/** The service that serves this page. The next poll asks again, so nothing is repeated here. */
export const service = new PersistenceClient({
  baseUrl: window.location.origin,
  apiKey: () => apiKey.value,
  maxRetries: 0,
});
