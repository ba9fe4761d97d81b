import type { Server } from 'node:http';

/** Milliseconds between two checks for idle connections. */
const IDLE_CHECK = 20;

/**
 * Resolves when the last connection is closed; keep-alive connections are closed as soon as they
 * are idle.
 */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A client that sends one request after another never leaves its connection idle.
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  // A keep-alive connection would delay `close` for as long as its client likes, and a busy one
  // becomes idle only after its answer.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  await closed.finally(() => clearInterval(idle));
}
