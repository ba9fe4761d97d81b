import type { Context } from 'hono';
import type { Logger } from '../../ports/logger.js';
import type { HttpEnvironment } from './environment.js';

/**
 * An answer sent piece by piece, as its client reads it. Its status goes out before its end is known,
 * so a failure can only be told to the log, and break the answer off: the connection is cut, and the
 * error goes no further, because the server would print it as it is.
 */
export function streamed(
  context: Context<HttpEnvironment>,
  logger: Logger,
  contentType: string,
  pieces: AsyncIterable<string>,
): Response {
  const body = ReadableStream.from(cutShort(context, logger, encoded(pieces)));
  return context.body(body, 200, { 'content-type': contentType });
}

async function* cutShort(
  context: Context<HttpEnvironment>,
  logger: Logger,
  chunks: AsyncIterable<Uint8Array>,
) {
  try {
    yield* chunks;
  } catch (error) {
    const fields = { request_id: context.get('requestId'), route: context.get('route') };
    logger.error({ err: error, ...fields }, 'An answer broke off');
    const socket = context.env?.incoming?.socket;
    // Without a connection whoever reads the stream is told.
    if (socket?.destroy === undefined) throw error;
    socket.destroy();
  }
}

/** Not a TextEncoderStream: on Node 20 that takes a hundred times as long for large pieces. */
async function* encoded(pieces: AsyncIterable<string>) {
  for await (const piece of pieces) yield Buffer.from(piece);
}
