import { type ClientOptions, PersistenceClient } from '../../../clients/typescript/index.js';
import type { HttpTestApp } from '../http/http-app.js';

/** A client whose network is this application. Every answer is checked against the document. */
export function clientOf(
  { request }: Pick<HttpTestApp, 'request'>,
  options: ClientOptions = {},
): PersistenceClient {
  return new PersistenceClient({
    baseUrl: 'http://localhost',
    apiKey: null,
    fetch: (url, { method = 'GET', ...init }) => {
      const { pathname, search } = new URL(url);
      return request(method, `${pathname}${search}`, init);
    },
    ...options,
  });
}
