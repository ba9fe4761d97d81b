import type { Context } from 'hono';
import type { HttpEnvironment } from './environment.js';

/**
 * The host that a request is for, with its port, in lower case; null when its Host header is
 * missing. A request that no server has received has it in its URL alone.
 */
export function hostOf({ env, req }: Context<HttpEnvironment>): string | null {
  const host = env?.head === undefined ? hostInRequest(req) : env.head.host;
  return host?.toLowerCase() ?? null;
}

function hostInRequest(req: Context['req']): string {
  return req.header('host') ?? new URL(req.url).host;
}
