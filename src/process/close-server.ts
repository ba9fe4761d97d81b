import type { Server } from 'node:http';

/** Between two looks for idle connections, milliseconds. */
const IDLE_CHECK = 20;

/** Resolves when the last connection is gone; kept-alive ones go as soon as they are idle. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A client that asks again and again on its connection never leaves it idle.
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  // A connection that is kept alive would hold `close` up for as long as its client likes, and one
  // in use becomes idle only after its answer.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  await closed.finally(() => clearInterval(idle));
}
