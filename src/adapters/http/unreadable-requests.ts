import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_TYPE } from './problem.js';
import { secure } from './security-headers.js';

/** Why a request never reached the app, by the status of the answer. */
const DETAILS = {
  400: 'This is not HTTP/1.1 as the service understands it.',
  408: 'The request did not arrive in time.',
  431: 'The request line and the headers may have 16 KiB together.',
} as const;

/**
 * Answers requests that the app never sees, because they could not be read, as it would answer
 * them itself: node alone would send a bare status line. Then the connection is closed.
 */
export function answerUnreadable(server: Server): void {
  const underWay = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    underWay.set(socket, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const response = underWay.get(socket);
    // In the middle of another answer, this one would be taken for its body.
    const isInTheWay = response?.headersSent === true && !response.writableFinished;
    if (socket.writable && error.code !== 'ECONNRESET' && !isInTheWay) {
      socket.write(answerOf(statusOf(error.code)));
    }
    socket.destroy();
  });
}

function statusOf(code: string | undefined): keyof typeof DETAILS {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 431;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408;
    default:
      return 400;
  }
}

function answerOf(status: keyof typeof DETAILS): string {
  const requestId = randomUUID();
  const title = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({
    type: 'about:blank',
    title,
    status,
    detail: DETAILS[status],
    error_code: `HTTP_${status}`,
    request_id: requestId,
  });
  const headers = new Headers({
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    connection: 'close',
  });
  secure(headers);
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n');
}
