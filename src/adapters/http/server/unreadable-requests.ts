import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../../ports/logger.js';
import type { HttpMetrics } from '../dependencies.js';
import { PROBLEM_TYPE, problemDocument, TITLES } from '../problems/problem.js';
import { noteRequest } from '../request-log.js';
import { secure } from '../security-headers.js';

/** Why a request never reaches the app, by the code of node's error. */
const REASONS: Readonly<Record<string, Reason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'HTTP_408', detail: 'The request did not arrive in time.' },
  HPE_HEADER_OVERFLOW: {
    code: 'HTTP_431',
    detail: 'The request line and the headers may have 16 KiB together.',
  },
  HPE_INVALID_URL: {
    code: 'HTTP_400',
    detail: 'The path or the query has characters that must be percent-encoded, in UTF-8.',
  },
};
const OTHER: Reason = {
  code: 'HTTP_400',
  detail: 'This is not HTTP/1.1 as the service understands it.',
};
const TUNNEL: Reason = {
  code: 'HTTP_405',
  detail: 'This service is no proxy; it opens no tunnels.',
  headers: { allow: 'DELETE, GET, HEAD, POST' },
};

interface Reason {
  readonly code: 'HTTP_400' | 'HTTP_405' | 'HTTP_408' | 'HTTP_431';
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who is told of the answers; the app would tell the same. */
export interface Observers {
  readonly logger: Logger;
  readonly metrics: Pick<HttpMetrics, 'requestEnded'>;
}

/**
 * Answers requests that the app never sees, because they could not be read, as it would answer
 * them itself: node alone would send a bare status line. Then the connection is closed.
 */
export function answerUnreadable(server: Server, observers: Observers): void {
  const underWay = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    underWay.set(socket, response);
  });
  const answer = (socket: Duplex, reason: Reason, method: string) => {
    const requestId = randomUUID();
    socket.write(answerOf(reason, requestId));
    // When its head could be read, the app tells what became of the request.
    const isKnown = underWay.get(socket)?.writableFinished === false;
    if (isKnown) return;
    // How long it took is not known: nobody saw it begin.
    const [status] = TITLES[reason.code];
    noteRequest(observers, requestId, { endpoint: 'unknown', method, status, seconds: null });
  };
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const response = underWay.get(socket);
    // In the middle of another answer, this one would be taken for its body.
    const isInTheWay = response?.headersSent === true && !response.writableFinished;
    if (socket.writable && error.code !== 'ECONNRESET' && !isInTheWay) {
      answer(socket, REASONS[error.code ?? ''] ?? OTHER, 'unknown');
    }
    socket.destroy();
  });
  server.on('connect', ({ method }: IncomingMessage, socket: Duplex) => {
    answer(socket, TUNNEL, method ?? 'CONNECT');
    socket.end();
  });
}

function answerOf({ code, detail, headers: more }: Reason, requestId: string): string {
  const [status] = TITLES[code];
  const body = problemDocument(code, detail, requestId);
  const headers = new Headers({
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    connection: 'close',
    ...more,
  });
  secure(headers);
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}
