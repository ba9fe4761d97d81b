import type { Context } from 'hono';
import type { HttpEnvironment } from '../environment.js';
import { shortText } from '../problems/format-issues.js';
import { HttpError } from '../problems/problem.js';
import type { AccessSettings } from './access.js';

/** Names that browsers ask no name server for, and addresses that lead nowhere else. */
const LOOPBACK = /^(?:localhost|127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|\[::1\])$/;

/**
 * The host that a request is for, with its port, in lower case; null when its Host header is
 * missing. A request that no server has received has it in its URL alone.
 */
export function hostOf({ env, req }: Context<HttpEnvironment>): string | null {
  const host =
    env?.head === undefined ? (req.header('host') ?? new URL(req.url).host) : env.head.host;
  return host?.toLowerCase() ?? null;
}

/**
 * Tells, for each request, whether its host may be served: throws HOST_NOT_ALLOWED when not. While
 * there are no keys, a page that has its own name lead to this machine (DNS rebinding) could read
 * and change everything: to the browser it is the page's own site. Its Host header gives it away.
 */
export function hostCheck({ apiKeys, allowedHosts }: AccessSettings) {
  if (apiKeys.length > 0) return () => undefined;
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return (context: Context<HttpEnvironment>): void => {
    // A browser always sends the header.
    const name = hostOf(context)?.replace(/:\d*$/, '') ?? null;
    if (name === null || LOOPBACK.test(name) || allowed.has(name)) return;
    throw new HttpError(
      'HOST_NOT_ALLOWED',
      `There are no API keys, so only loopback names and the hosts of auth.allowed_hosts are served; found ${JSON.stringify(shortText(name))}.`,
    );
  };
}
