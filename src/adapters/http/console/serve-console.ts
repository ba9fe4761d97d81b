import type { Authorizer } from '../access/authorize.js';
import type { HttpApp, HttpContext } from '../mount.js';
import { shortText } from '../problems/format-issues.js';
import { notFound } from '../problems/problem.js';
import { type ConsoleFile, ENTRY, readConsole } from './console-files.js';

export const CONSOLE_PATH = '/console/';

/** No inline script or style, and nothing from another host. */
const POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** A year, in seconds; the name of a hashed file changes with its content. */
const FOREVER = 'public, max-age=31536000, immutable';
/** The browser asks each time, so a new build is seen at once. */
const ASK = 'no-cache';

/**
 * Serves the operator's console at /console/, and leads / there. The files are public, because a
 * browser sends no key with a script; the data that they show is not.
 */
export function serveConsole(app: HttpApp, authorizer: Authorizer, folder: string): void {
  const files = readConsole(folder);
  for (const path of ['/', CONSOLE_PATH.slice(0, -1)]) {
    app.get(path, async (context) => {
      context.set('route', path);
      await authorizer.admit(context, 'public');
      return context.redirect(CONSOLE_PATH);
    });
  }
  app.get(`${CONSOLE_PATH}*`, async (context) => {
    context.set('route', `${CONSOLE_PATH}*`);
    await authorizer.admit(context, 'public');
    return send(context, fileOf(files, context.req.path.slice(CONSOLE_PATH.length)));
  });
}

/** Throws HTTP_404. */
function fileOf(files: ReadonlyMap<string, ConsoleFile>, path: string): ConsoleFile {
  // An asset of an earlier build is missing, and the page instead of it would be no script. Every
  // other path is a view, or the id of a record, and the page knows what to show.
  const file = files.get(path) ?? (path.startsWith('assets/') ? undefined : files.get(ENTRY));
  if (file !== undefined) return file;
  throw notFound(
    files.size === 0
      ? 'The console is not built. `npm run build` builds it, and `npm start` serves it.'
      : `The console has no file ${shortText(path)}. Load the page again.`,
  );
}

function send(context: HttpContext, { type, content, gzip, hashed }: ConsoleFile): Response {
  const compressed = gzip !== null && acceptsGzip(context.req.header('accept-encoding'));
  return context.body(compressed ? gzip : content, 200, {
    'content-type': type,
    'content-security-policy': POLICY,
    'cache-control': hashed ? FOREVER : ASK,
    ...(gzip === null ? {} : { vary: 'accept-encoding' }),
    ...(compressed ? { 'content-encoding': 'gzip' } : {}),
  });
}

function acceptsGzip(header = ''): boolean {
  return header.split(',').some((part) => {
    const [name = '', quality = ''] = part.split(';').map((word) => word.trim().toLowerCase());
    return name === 'gzip' && !/^q=0(\.0*)?$/.test(quality);
  });
}
