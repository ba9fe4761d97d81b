import type { Context } from 'hono';
import type { HttpEnvironment } from '../environment.js';
import { shortText } from '../problems/format-issues.js';
import { HttpError } from '../problems/problem.js';
import type { AccessSettings } from './access.js';

/** Names that browsers resolve without a name server, and loopback addresses. */
const LOOPBACK = /^(?:localhost|127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|\[::1\])$/;

/**
 * The requested host, with its port, in lower case; null if the Host header is missing. A request
 * that did not come through a server has the host only in its URL.
 */
export function hostOf({ env, req }: Context<HttpEnvironment>): string | null {
  const host =
    env?.head === undefined ? (req.header('host') ?? new URL(req.url).host) : env.head.host;
  return host?.toLowerCase() ?? null;
}

/**
 * Returns a check that throws HOST_NOT_ALLOWED for a host that may not be served. Without keys, a
 * page that resolves its own name to this machine (DNS rebinding) could read and change everything,
 * because the browser considers it the same site. Its Host header reveals it.
 */
export function hostCheck({ apiKeys, allowedHosts }: AccessSettings) {
  if (apiKeys.length > 0) return () => undefined;
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return (context: Context<HttpEnvironment>): void => {
    // A browser always sends this header.
    const name = hostOf(context)?.replace(/:\d*$/, '') ?? null;
    if (name === null || LOOPBACK.test(name) || allowed.has(name)) return;
    throw new HttpError(
      'HOST_NOT_ALLOWED',
      `There are no API keys, so only loopback names and the hosts of auth.allowed_hosts are served; found ${JSON.stringify(shortText(name))}.`,
    );
  };
}
