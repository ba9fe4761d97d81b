import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Requests of one connection that may wait for their answers at a time. Clients send one after
 * another; answers to more would pile up in memory, as large as they are, before any is sent.
 */
const MOST = 32;

/** As `listener`; but the connection of a client that sends on without waiting is cut off. */
export function withoutPileUp(listener: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    const before = waiting.get(socket) ?? 0;
    // What was read together with the one too many still comes here, and gets no answer either.
    if (socket.destroyed || before >= MOST) {
      socket.destroy();
      return;
    }
    waiting.set(socket, before + 1);
    response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    listener(request, response);
  };
}
