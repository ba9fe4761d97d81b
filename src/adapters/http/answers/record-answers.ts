import type { Logger } from '../../../ports/logger.js';
import type { HttpContext } from '../mount.js';
import type { ReadQueue } from './read-queue.js';

/** Characters of an answer that is sent whole, with its length. */
const WHOLE = 256 * 1024;
/** Characters that are sent at a time. */
const PIECE = 64 * 1024;

export const JSON_TYPE = { 'content-type': 'application/json' } as const;

/** Answers with records: they wait for their turn to read, and take flat memory, however large they are. */
export class RecordAnswers {
  constructor(
    private readonly reads: ReadQueue,
    private readonly logger: Logger,
  ) {}

  /**
   * An answer in JSON whose pieces are made as they are sent. Rejects while nothing is sent yet; what
   * fails later is logged, and breaks the answer off. A client that leaves ends the generator.
   */
  async send(
    context: HttpContext,
    piecesOf: () => Promise<AsyncGenerator<string>>,
  ): Promise<Response> {
    const { first, groups } = await this.reads.run(context, async () => begin(await piecesOf()));
    if (groups === null) return context.body(first, 200, JSON_TYPE);
    return context.body(ReadableStream.from(this.#rest(context, first, groups)), 200, JSON_TYPE);
  }

  /** Not a TextEncoderStream: on Node 20 that takes a hundred times as long for large pieces. */
  async *#rest(context: HttpContext, first: string, groups: AsyncGenerator<string>) {
    try {
      yield Buffer.from(first);
      for await (const group of this.reads.each(context, groups)) yield Buffer.from(group);
    } catch (error) {
      // Nobody is told, and nothing is wrong, when the client has left.
      if (!context.req.raw.signal.aborted) this.#breakOff(context, error);
    } finally {
      // Where the client leaves before the second piece, the loop has not begun.
      await groups.return(undefined);
    }
  }

  /**
   * The status was sent long ago, so a failure can only be told to the log. The connection is cut,
   * and the error goes no further, because the server would print it as it is.
   */
  #breakOff(context: HttpContext, error: unknown): void {
    this.logger.error(
      { err: error, request_id: context.get('requestId'), route: context.get('route') },
      'An answer broke off',
    );
    const socket = context.env?.incoming?.socket;
    // Without a connection whoever reads the stream is told.
    if (socket?.destroy === undefined) throw error;
    socket.destroy();
  }
}

/** The first part of an answer, which is the whole of it where `groups` is null. */
async function begin(pieces: AsyncGenerator<string>) {
  const groups = grouped(pieces);
  let first = '';
  while (first.length <= WHOLE) {
    const group = await groups.next();
    if (group.done === true) return { first, groups: null };
    first += group.value;
  }
  return { first, groups };
}

/** Small pieces together, large ones alone. */
async function* grouped(pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  let group = '';
  for await (const piece of pieces) {
    if (group !== '' && group.length + piece.length > PIECE) {
      yield group;
      group = '';
    }
    group += piece;
  }
  yield group;
}
