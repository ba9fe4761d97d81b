import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Clock } from '../../../ports/clock.js';
import type { RequestHead } from '../environment.js';
import type { HttpApp } from '../mount.js';
import { Connections } from './connections.js';
import { withoutPileUp } from './pipelining.js';
import { takeHead } from './request-head.js';
import { answerUnreadable, type Observers } from './unreadable-requests.js';

export interface ServerSettings {
  /** Milliseconds in which a request must have arrived, and in which a client must read on. */
  readonly requestTimeout: number;
  /** Connections at a time; connections.ts says what becomes of more. */
  readonly maxConnections: number;
  /** There are API keys, so an idle connection that has shown none is not kept for long. */
  readonly keysConfigured?: boolean;
  /** Milliseconds that an idle connection is kept, for tests. */
  readonly keepAlive?: typeof KEEP_ALIVE;
}

/** Milliseconds in which a client must have sent its headers, or anything at all. */
const HEADERS_TIMEOUT = 10_000;
/** Milliseconds between two looks for clients that are late. */
const LATE_CHECK = 1000;
/**
 * Milliseconds that an idle connection is kept: of a client that has shown a key, longer than the 60 s
 * of proxies, so that none sends a request on a connection just being closed.
 */
const KEEP_ALIVE = { known: 65_000, unknown: 5000 };
/** Bytes of the request line and all headers; the longest cursor needs four thousand. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * The HTTP server of an app, with the limits that keep slow, stalled and greedy clients from
 * holding up the others. It does not listen yet.
 */
export function createHttpServer(
  app: HttpApp,
  {
    requestTimeout,
    maxConnections,
    keysConfigured = false,
    keepAlive = KEEP_ALIVE,
  }: ServerSettings,
  { logger, clock, metrics }: Observers & { readonly clock: Clock },
): Server {
  const lateCheck = Math.min(LATE_CHECK, requestTimeout);
  const connections = new Connections(maxConnections, logger, clock);
  const server = createServer(
    {
      headersTimeout: Math.min(HEADERS_TIMEOUT, requestTimeout),
      requestTimeout,
      connectionsCheckingInterval: lateCheck,
      // Also what is announced: nobody is told more than is kept.
      keepAliveTimeout: keysConfigured ? keepAlive.unknown : keepAlive.known,
      maxHeaderSize: MAX_HEADER_BYTES,
      // The app says which requests may do without; node's own answer is a bare status line.
      requireHostHeader: false,
    },
    withoutPileUp(withHeads(app, connections)),
  );
  // As any other request: the app refuses it. Node's own answer is a bare status line.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  // Node would not show the ones beyond: a second Host among them would go unseen. The app counts.
  server.maxHeadersCount = 0;
  // After the other limits: those answer with 408, this one closes without a word.
  server.timeout = requestTimeout + 2 * lateCheck;
  server.prependListener('request', cutOffStalledReader);
  answerUnreadable(server, { logger, metrics });
  keepKnown(server, connections, keepAlive.known);
  connections.watch(server);
  return server;
}

/** The app as a listener that gives it the heads of its requests, and is told of keys. */
function withHeads(app: HttpApp, connections: Connections): RequestListener {
  const heads = new WeakMap<object, RequestHead>();
  const listener = getRequestListener((request, environment) =>
    app.fetch(request, {
      ...environment,
      head: heads.get(environment.incoming),
      keyShown: () => connections.keyShown(environment.incoming.socket),
    }),
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

/** After each answer, when node has set the time for all. */
function keepKnown(server: Server, connections: Connections, milliseconds: number): void {
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    response.once('close', () => {
      if (connections.isKnownAndIdle(socket)) socket.setTimeout(milliseconds);
    });
  });
}
