import type { IncomingMessage } from 'node:http';
import type { RequestHead } from '../environment.js';
import { shortText } from '../problems/format-issues.js';
import { HttpError, notFound } from '../problems/problem.js';

/** A name or an address, and a port. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const LARGEST_PORT = 65_535;
/** Beside the limit on their bytes, which is the server's. */
const MAX_HEADERS = 100;
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;
/** A segment that URL parsing takes out, together with the one before it when it has two dots. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;
/** As node tells an expectation that it meets itself. */
const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

/**
 * Judges what the parsing of a URL would change or hide, on the request as it came, and leaves in
 * its place what can be parsed: the path and the query, under a host that is always the same.
 */
export function takeHead(request: IncomingMessage): RequestHead {
  const hosts = hostsIn(request.rawHeaders);
  const head = { host: hosts[0] || null, refusal: refusalOf(request, hosts) };
  request.url = head.refusal === null ? pathOf(request.url ?? '') : '/';
  request.headers.host = 'localhost';
  return head;
}

/** All of them: `headers` has the first alone. */
function hostsIn(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
}

function refusalOf(request: IncomingMessage, hosts: readonly string[]): Error | null {
  const { url: target = '', httpVersion, headers, rawHeaders } = request;
  const count = rawHeaders.length / 2;
  if (count > MAX_HEADERS) {
    const detail = `The request has ${count} headers; it may have ${MAX_HEADERS}.`;
    return new HttpError('HTTP_431', detail, { connection: 'close' });
  }
  if (hosts.length > 1)
    return unreadable(`The request has ${hosts.length} Host headers; send one.`);
  const host = hosts[0] ?? '';
  if (host !== '' && !isHost(host)) {
    return unreadable(
      `The Host header ${quoted(host)} is not a name or an address, with or without a port.`,
    );
  }
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    return unreadable(`The transfer coding ${quoted(coding)} is not understood; chunked is.`);
  }
  if (httpVersion === '1.1' && headers.expect !== undefined && !CONTINUE.test(headers.expect)) {
    const detail = `The Expect header ${quoted(headers.expect)} is not understood; 100-continue is.`;
    return new HttpError('HTTP_417', detail, { connection: 'close' });
  }
  return target === '*' ? noTarget(request.method ?? '') : refusalOfTarget(target, host);
}

function refusalOfTarget(target: string, host: string): Error | null {
  const authority = ABSOLUTE.exec(target)?.[1];
  if (authority === undefined && !target.startsWith('/')) {
    return unreadable(`The request is for ${quoted(target)}, which is no path.`);
  }
  if (authority !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    return unreadable(
      `The request is for the host ${quoted(authority)}, its Host header says ${quoted(host)}.`,
    );
  }
  const path = /^[^?#]*/.exec(target)?.[0] ?? '';
  if (path.includes('\\')) {
    return unreadable('The path has a backslash; in an id write it as %5C.');
  }
  if (!DOT_SEGMENT.test(path)) return null;
  return notFound(
    'A path with a segment . or .. (or %2E) leads nowhere here; no id is one of these.',
  );
}

function isHost(host: string): boolean {
  const port = /:(\d+)$/.exec(host)?.[1] ?? '0';
  return HOST.test(host) && Number(port) <= LARGEST_PORT;
}

/** The path and the query of a target that is good. */
function pathOf(target: string): string {
  const path = target.replace(ABSOLUTE, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** `OPTIONS *` asks what the server can do. */
function noTarget(method: string): HttpError {
  const detail = `${method} is for a path here; /openapi.json lists them.`;
  return new HttpError('HTTP_405', detail, { allow: 'DELETE, GET, HEAD, POST' });
}

function unreadable(detail: string): HttpError {
  return new HttpError('HTTP_400', detail, { connection: 'close' });
}

function quoted(text: string): string {
  return JSON.stringify(shortText(text));
}
