import createClient from 'openapi-fetch';
import { apiKey } from './key';
import { problemOf, ServiceGone } from './problem';
import type { paths } from './schema';

/** The public API of the service that serves this page. */
export const api = createClient<paths>({ baseUrl: window.location.origin });

api.use({
  onRequest: ({ request }) => {
    if (apiKey.value !== null) request.headers.set('authorization', `Bearer ${apiKey.value}`);
    return request;
  },
  onError: () => new ServiceGone('no answer'),
});

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of a successful answer. Throws ApiProblem or ServiceGone. */
export async function take<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined) throw problemOf(error, response.status);
  return data;
}
