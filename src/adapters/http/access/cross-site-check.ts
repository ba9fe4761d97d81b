import type { Context } from 'hono';
import type { HttpEnvironment } from '../environment.js';
import { shortText } from '../problems/format-issues.js';
import { HttpError } from '../problems/problem.js';
import { hostOf } from './host-check.js';

/** Methods that change nothing. Their answers are kept from other sites by the browser itself. */
const HARMLESS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Throws FORBIDDEN for what a browser sends on behalf of another site's page. Any page can have it
 * POST to a service on the same machine, and where no key is asked for, nothing else is in the way.
 * Programs send no Origin.
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
    `The page ${JSON.stringify(shortText(origin))} may not do this; service.cors_origins lists those that may.`,
  );
}

/** The scheme says nothing, as a proxy may end TLS; and some pass the host on without its port. */
function isOwn(origin: string, host: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  const own = new URL(origin);
  return host !== null && (own.host === host || own.hostname === host);
}
