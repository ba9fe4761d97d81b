import { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import type { HttpEnvironment } from '../environment.js';

/** Bytes of a refused body that are read and thrown away: as many as a careless batch may have. */
const MOST_BYTES = 64 * 1024 ** 2;
/** Milliseconds without a byte after which the connection is closed. */
const SILENCE = 500;
/** Milliseconds after which it is closed in any case. */
const LONGEST = 5000;

/**
 * An answer that closes the connection, made to arrive. Closing it while the client still sends
 * would reset it, and most clients then report a broken pipe instead of the answer. So the answer
 * goes out whole, and its end, which closes, waits until the client has stopped sending.
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
  // The client has it all before the stream ends.
  headers.set('content-length', String(bytes.length));
  return new Response(body, { status, headers });
}

/** Resolves when nothing comes any more, or for too long, or too much. Never rejects. */
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
    // Whoever read it before has given up, and would collect the rest in memory.
    incoming.removeAllListeners('data').on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      silence.refresh();
      // Unread, it holds the client up, which has time to look at the answer.
      if (bytes > MOST_BYTES) incoming.pause();
    });
    incoming.once('end', finish).once('close', finish).once('error', finish);
    incoming.resume();
  });
}
