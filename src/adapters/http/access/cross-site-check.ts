import type { Context } from 'hono';
import type { HttpEnvironment } from '../environment.js';
import { shortText } from '../problems/format-issues.js';
import { HttpError } from '../problems/problem.js';
import { hostOf } from './host-check.js';

/** Methods that change nothing. The browser itself hides their answers from other sites. */
const HARMLESS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Throws FORBIDDEN for a request that a browser sends on behalf of a page of another site. Any page
 * can make a browser POST to a service on the same machine, and without keys nothing else prevents
 * this. Programs send no Origin.
 */
export function refuseCrossSite(
  context: Context<HttpEnvironment>,
  corsOrigins: readonly string[],
): void {
  const { req } = context;
  const origin = req.header('origin');
  if (origin === undefined || HARMLESS.has(req.method)) return;
  if (corsOrigins.includes('*') || corsOrigins.includes(origin)) return;
  if (isOwn(origin, hostOf(context))) return;
  throw new HttpError(
    'FORBIDDEN',
    `The page ${JSON.stringify(shortText(origin))} may not do this; service.cors_origins lists the permitted origins.`,
  );
}

/**
 * The scheme is ignored, because a proxy may terminate TLS. Some proxies pass on the host without
 * its port.
 */
function isOwn(origin: string, host: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  const own = new URL(origin);
  return host !== null && (own.host === host || own.hostname === host);
}
