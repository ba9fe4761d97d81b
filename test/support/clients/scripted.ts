import { type ClientOptions, PersistenceClient } from '../../../clients/typescript/index.js';
import { FakeWorld } from './fake-world.js';

export type Step = Response | Error | 'silence';

/** A client whose requests are answered by a script; the last step repeats. */
export function scripted(steps: readonly Step[], options: ClientOptions = {}) {
  const world = new FakeWorld();
  const requests: { url: string; init: RequestInit; at: number }[] = [];
  const fetch = (url: string, init: RequestInit) => {
    const step = steps[Math.min(requests.length, steps.length - 1)];
    requests.push({ url, init, at: world.elapsed });
    if (step instanceof Response) return Promise.resolve(step.clone());
    if (step instanceof Error) return Promise.reject(step);
    return new Promise<Response>((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  };
  const client = new PersistenceClient({
    baseUrl: 'http://service',
    apiKey: null,
    fetch,
    world,
    ...options,
  });
  return { client, world, requests };
}

export const unreachable = new TypeError('fetch failed', {
  cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:8001'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  }),
});

export function refusal(
  status: number,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Response {
  return Response.json(
    { error_code: 'X', detail: 'why', request_id: 'r-1', ...fields },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  );
}
