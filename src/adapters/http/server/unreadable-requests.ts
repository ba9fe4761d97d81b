import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../../ports/logger.js';
import type { HttpMetrics } from '../dependencies.js';
import { PROBLEM_TYPE, problemDocument, TITLES } from '../problems/problem.js';
import { noteRequest } from '../request-log.js';
import { secure } from '../security-headers.js';
import type { LingeringCloses } from './lingering-close.js';

/** Why a request does not reach the app, by the code of node's error. */
const REASONS: Readonly<Record<string, Reason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'HTTP_408', detail: 'The request did not arrive in time.' },
  HPE_HEADER_OVERFLOW: {
    code: 'HTTP_431',
    detail: 'The request line and the headers may have at most 16 KiB together.',
  },
  HPE_INVALID_URL: {
    code: 'HTTP_400',
    detail: 'The path or the query has characters that must be percent-encoded, in UTF-8.',
  },
};
const OTHER: Reason = {
  code: 'HTTP_400',
  detail: 'The request is not valid HTTP/1.1.',
};
const TUNNEL: Reason = {
  code: 'HTTP_405',
  detail: 'This service is not a proxy and opens no tunnels.',
  headers: { allow: 'DELETE, GET, HEAD, POST' },
};

interface Reason {
  readonly code: 'HTTP_400' | 'HTTP_405' | 'HTTP_408' | 'HTTP_431';
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Receivers of the answers, as in the app. */
export interface Observers {
  readonly logger: Logger;
  readonly metrics: Pick<HttpMetrics, 'requestEnded'>;
}

/**
 * Answers requests that never reach the app because they could not be read, in the same form as the
 * app: node alone would send a bare status line. Then closes the connection.
 */
export function answerUnreadable(
  server: Server,
  lingering: LingeringCloses,
  observers: Observers,
): void {
  const underWay = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    underWay.set(socket, response);
  });
  const answer = (socket: Duplex, reason: Reason, method: string) => {
    const requestId = randomUUID();
    socket.write(answerOf(reason, requestId));
    // If the head could be read, the app reports the outcome of the request.
    const isKnown = underWay.get(socket)?.writableFinished === false;
    if (isKnown) return;
    // The duration is unknown: the start was not observed.
    const [status] = TITLES[reason.code];
    noteRequest(observers, requestId, { endpoint: 'unknown', method, status, seconds: null });
  };
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const response = underWay.get(socket);
    // In the middle of another answer, this answer would become part of its body.
    const isInTheWay = response?.headersSent === true && !response.writableFinished;
    if (socket.writable && error.code !== 'ECONNRESET' && !isInTheWay) {
      answer(socket, REASONS[error.code ?? ''] ?? OTHER, 'unknown');
      lingering.close(socket);
    } else {
      socket.destroy();
    }
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
