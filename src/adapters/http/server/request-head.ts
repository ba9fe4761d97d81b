import type { IncomingMessage } from 'node:http';
import type { RequestHead } from '../environment.js';
import { shortText } from '../problems/format-issues.js';
import { HttpError, notFound } from '../problems/problem.js';

/** A name or an address, and a port. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const LARGEST_PORT = 65_535;
/** In addition to the size limit of the server. */
const MAX_HEADERS = 100;
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;
/** A segment that URL parsing removes, together with the previous one if it has two dots. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;
/** The same pattern that node uses. */
const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;

/**
 * Checks the original request for everything that URL parsing would change or hide, and replaces
 * the URL with one that can be parsed: the path and the query, under a fixed host.
 */
export function takeHead(request: IncomingMessage): RequestHead {
  const hosts = hostsIn(request.rawHeaders);
  const head = { host: hosts[0] || null, refusal: refusalOf(request, hosts) };
  request.url = head.refusal === null ? pathOf(request.url ?? '') : '/';
  request.headers.host = 'localhost';
  return head;
}

/** All Host headers: `headers` has only the first. */
function hostsIn(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
}

function refusalOf(request: IncomingMessage, hosts: readonly string[]): Error | null {
  const { url: target = '', httpVersion, headers, rawHeaders } = request;
  const count = rawHeaders.length / 2;
  if (count > MAX_HEADERS) {
    const detail = `The request has ${count} headers; the limit is ${MAX_HEADERS}.`;
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
    return unreadable(`The transfer coding ${quoted(coding)} is not supported; use chunked.`);
  }
  if (httpVersion === '1.1' && headers.expect !== undefined && !CONTINUE.test(headers.expect)) {
    const detail = `The Expect header ${quoted(headers.expect)} is not supported; use 100-continue.`;
    return new HttpError('HTTP_417', detail, { connection: 'close' });
  }
  return target === '*' ? noTarget(request.method ?? '') : refusalOfTarget(target, host);
}

function refusalOfTarget(target: string, host: string): Error | null {
  const authority = ABSOLUTE.exec(target)?.[1];
  if (authority === undefined && !target.startsWith('/')) {
    return unreadable(`The request target ${quoted(target)} is not a path.`);
  }
  if (authority !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    return unreadable(
      `The request target names the host ${quoted(authority)}, but the Host header names ${quoted(host)}.`,
    );
  }
  const path = /^[^?#]*/.exec(target)?.[0] ?? '';
  if (path.includes('\\')) {
    return unreadable('The path has a backslash; in an id write it as %5C.');
  }
  if (!DOT_SEGMENT.test(path)) return null;
  return notFound(
    'A path with a segment . or .. (or %2E) matches no route; these are not valid ids.',
  );
}

function isHost(host: string): boolean {
  const port = /:(\d+)$/.exec(host)?.[1] ?? '0';
  return HOST.test(host) && Number(port) <= LARGEST_PORT;
}

/** The path and the query of a valid target. */
function pathOf(target: string): string {
  const path = target.replace(ABSOLUTE, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** `OPTIONS *` asks for the capabilities of the server. */
function noTarget(method: string): HttpError {
  const detail = `${method} needs a path; /openapi.json lists the paths.`;
  return new HttpError('HTTP_405', detail, { allow: 'DELETE, GET, HEAD, POST' });
}

function unreadable(detail: string): HttpError {
  return new HttpError('HTTP_400', detail, { connection: 'close' });
}

function quoted(text: string): string {
  return JSON.stringify(shortText(text));
}
