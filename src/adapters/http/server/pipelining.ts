import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Largest number of pipelined requests on one connection. Normal clients send one after another;
 * the answers to more requests would accumulate in memory before they are sent.
 */
const MOST = 32;

/** Wraps `listener`; disconnects a client that sends on without reading its answers. */
export function limitPipelining(listener: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const before = waiting.get(socket) ?? 0;
    // Requests that were read together with the one beyond the limit still arrive here, and get no
    // answer either.
    if (socket.destroyed || before >= MOST) {
      socket.destroy();
      return;
    }
    waiting.set(socket, before + 1);
    response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    listener(request, response);
  };
}
