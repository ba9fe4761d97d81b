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
import { LingeringCloses, type LingeringLimits } from './lingering-close.js';
import { limitPipelining } from './pipelining.js';
import { takeHead } from './request-head.js';
import { answerUnreadable, type Observers } from './unreadable-requests.js';

export interface ServerSettings {
  /** Milliseconds in which a request must arrive, and in which a client must continue to read. */
  readonly requestTimeout: number;
  /** Concurrent connections; connections.ts describes what happens beyond. */
  readonly maxConnections: number;
  /** If there are API keys, an idle connection without a known key is closed early. */
  readonly keysConfigured?: boolean;
  /** Milliseconds that an idle connection is kept, for tests. */
  readonly keepAlive?: typeof KEEP_ALIVE;
  /** For tests. */
  readonly lingering?: Partial<LingeringLimits>;
}

/** Milliseconds in which a client must send its headers, or anything at all. */
const HEADERS_TIMEOUT = 10_000;
/** Milliseconds between two checks for late clients. */
const LATE_CHECK = 1000;
/**
 * Milliseconds that an idle connection is kept. With a known key it is kept longer than the 60 s of
 * proxies, so that no proxy sends a request on a connection that is being closed.
 */
const KEEP_ALIVE = { known: 65_000, unknown: 5000 };
/** Bytes of the request line and all headers; the longest cursor needs four thousand. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Creates the HTTP server of an app, with limits against slow, stalled and greedy clients. It does
 * not listen yet.
 */
export function createHttpServer(
  app: HttpApp,
  {
    requestTimeout,
    maxConnections,
    keysConfigured = false,
    keepAlive = KEEP_ALIVE,
    lingering: lingeringLimits,
  }: ServerSettings,
  { logger, clock, metrics }: Observers & { readonly clock: Clock },
): Server {
  const lateCheck = Math.min(LATE_CHECK, requestTimeout);
  const lingering = new LingeringCloses(lingeringLimits);
  const connections = new Connections(maxConnections, logger, clock);
  const server = createServer(
    {
      headersTimeout: Math.min(HEADERS_TIMEOUT, requestTimeout),
      requestTimeout,
      connectionsCheckingInterval: lateCheck,
      // This value is also announced: no client is promised more time than it gets.
      keepAliveTimeout: keysConfigured ? keepAlive.unknown : keepAlive.known,
      maxHeaderSize: MAX_HEADER_BYTES,
      // The app decides which requests need a Host header; node would send a bare status line.
      requireHostHeader: false,
    },
    limitPipelining(withHeads(app, connections, lingering)),
  );
  // The app refuses these requests; node would send a bare status line.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  // Node would hide headers beyond its limit, and a second Host among them. The app counts instead.
  server.maxHeadersCount = 0;
  // Later than the other limits: those answer with 408, this one closes without an answer.
  server.timeout = requestTimeout + 2 * lateCheck;
  server.prependListener('request', cutOffStalledReader);
  answerUnreadable(server, lingering, { logger, metrics });
  keepKnown(server, connections, keepAlive.known);
  connections.watch(server);
  return server;
}

/**
 * The app as a listener that receives the request heads, reports known keys, and ends early answers
 * late.
 */
function withHeads(
  app: HttpApp,
  connections: Connections,
  lingering: LingeringCloses,
): RequestListener {
  const heads = new WeakMap<object, RequestHead>();
  const listener = getRequestListener(async (request, environment) => {
    const { incoming } = environment;
    const answer = await app.fetch(request, {
      ...environment,
      head: heads.get(incoming),
      keyShown: () => connections.keyShown(incoming.socket),
    });
    return lingering.answerTo(incoming, answer);
  });
  return (incoming, outgoing) => {
    if (lingering.isTooLate(incoming)) {
      incoming.resume();
      return;
    }
    heads.set(incoming, takeHead(incoming));
    void listener(incoming, outgoing);
  };
}

/**
 * A silent connection is fine while the service works on the answer (`ack=stored` waits for the
 * store), but not while the client leaves the answer unread.
 */
function cutOffStalledReader(_request: IncomingMessage, response: ServerResponse): void {
  // With a listener, the server does not close the connection itself.
  response.on('timeout', () => {
    if (response.writableLength > 0 || response.writableEnded) response.socket?.destroy();
  });
}

/** Runs after each answer, when node has set the default timeout. */
function keepKnown(server: Server, connections: Connections, milliseconds: number): void {
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    response.once('close', () => {
      if (connections.isKnownAndIdle(socket)) socket.setTimeout(milliseconds);
    });
  });
}
