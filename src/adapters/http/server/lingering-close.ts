import { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import type { HttpEnvironment } from '../environment.js';

/** Bytes of a refused body that are read and discarded: as many as an oversized batch may have. */
const MOST_BYTES = 64 * 1024 ** 2;
/** Milliseconds without a byte after which the connection is closed. */
const SILENCE = 500;
/** Milliseconds after which it is closed in any case. */
const LONGEST = 5000;

/**
 * Lingering close: makes sure that an answer that closes the connection arrives. Closing while the
 * client still sends would reset the connection, and most clients would report a broken pipe
 * instead of the answer. So the complete answer is sent, and its end, which closes the connection,
 * waits until the client has stopped sending.
 */
export async function closeLingering(
  context: Context<HttpEnvironment>,
  answer: Response,
): Promise<Response> {
  const incoming = context.env?.incoming;
  if (answer.headers.get('connection') !== 'close' || !(incoming instanceof IncomingMessage)) {
    return answer;
  }
  if (context.req.method === 'HEAD' || incoming.readableEnded || incoming.destroyed) return answer;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(bytes);
      await silenceOf(incoming);
      controller.close();
    },
  });
  const { status } = answer;
  const headers = new Headers(answer.headers);
  // The client has the complete answer before the stream ends.
  headers.set('content-length', String(bytes.length));
  return new Response(body, { status, headers });
}

/** Resolves if no data arrives, or if the limit of time or bytes is reached. Never rejects. */
function silenceOf(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(silence);
      clearTimeout(longest);
      resolve();
    };
    const silence = setTimeout(finish, SILENCE);
    const longest = setTimeout(finish, LONGEST);
    let bytes = 0;
    // The previous reader has given up, and would collect the rest in memory.
    incoming.removeAllListeners('data').on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      silence.refresh();
      // Without reading, the client is blocked, and has time to read the answer.
      if (bytes > MOST_BYTES) incoming.pause();
    });
    incoming.once('end', finish).once('close', finish).once('error', finish);
    incoming.resume();
  });
}
