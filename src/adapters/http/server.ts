import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { RequestHead } from './environment.js';
import type { HttpApp } from './mount.js';
import { withoutPileUp } from './pipelining.js';
import { takeHead } from './request-head.js';
import { answerUnreadable, type Observers } from './unreadable-requests.js';

export interface ServerSettings {
  /** Milliseconds in which a request must have arrived, and in which a client must read on. */
  readonly requestTimeout: number;
  /** Connections at a time; more are closed at once. */
  readonly maxConnections: number;
}

/** Milliseconds in which a client must have sent its headers, or anything at all. */
const HEADERS_TIMEOUT = 10_000;
/** Milliseconds between two looks for clients that are late. */
const LATE_CHECK = 1000;
/** Longer than the 60 s of proxies, so that none sends a request on a connection just being closed. */
const KEEP_ALIVE_TIMEOUT = 65_000;
/** Bytes of the request line and all headers; the longest cursor needs four thousand. */
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
/** Milliseconds between two lines in the log about connections that were turned away. */
const DROP_NOTE = 10_000;

/**
 * The HTTP server of an app, with the limits that keep slow, stalled and greedy clients from
 * holding up the others. It does not listen yet.
 */
export function createHttpServer(
  app: HttpApp,
  { requestTimeout, maxConnections }: ServerSettings,
  { logger, clock, metrics }: Observers & { readonly clock: Clock },
): Server {
  const lateCheck = Math.min(LATE_CHECK, requestTimeout);
  const server = createServer(
    {
      headersTimeout: Math.min(HEADERS_TIMEOUT, requestTimeout),
      requestTimeout,
      connectionsCheckingInterval: lateCheck,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      maxHeaderSize: MAX_HEADER_BYTES,
      // The app says which requests may do without; node's own answer is a bare status line.
      requireHostHeader: false,
    },
    withoutPileUp(withHeads(app)),
  );
  // As any other request: the app refuses it. Node's own answer is a bare status line.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.maxConnections = maxConnections;
  server.maxHeadersCount = MAX_HEADERS;
  // After the other limits: those answer with 408, this one closes without a word.
  server.timeout = requestTimeout + 2 * lateCheck;
  server.prependListener('request', cutOffStalledReader);
  answerUnreadable(server, { logger, metrics });
  noteDropped(server, logger, clock);
  return server;
}

/** The app as a listener that gives it the heads of its requests. */
function withHeads(app: HttpApp): RequestListener {
  const heads = new WeakMap<object, RequestHead>();
  const listener = getRequestListener((request, environment) =>
    app.fetch(request, { ...environment, head: heads.get(environment.incoming) }),
  );
  return (incoming, outgoing) => {
    heads.set(incoming, takeHead(incoming));
    void listener(incoming, outgoing);
  };
}

/**
 * Silence on a connection is fine while the service works on the answer (`ack=stored` waits for the
 * store), and not while the client leaves the answer unread.
 */
function cutOffStalledReader(_request: IncomingMessage, response: ServerResponse): void {
  // With a listener the server does not close the connection by itself.
  response.on('timeout', () => {
    if (response.writableLength > 0 || response.writableEnded) response.socket?.destroy();
  });
}

function noteDropped(server: Server, logger: Logger, clock: Clock): void {
  let notedAt = Number.NEGATIVE_INFINITY;
  let dropped = 0;
  server.on('drop', () => {
    dropped += 1;
    if (clock.monotonic() - notedAt < DROP_NOTE) return;
    const fields = { max_connections: server.maxConnections, dropped };
    logger.warn(fields, 'Connections beyond service.max_connections are turned away');
    notedAt = clock.monotonic();
    dropped = 0;
  });
}
