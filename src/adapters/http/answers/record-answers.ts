import type { Logger } from '../../../ports/logger.js';
import type { HttpContext } from '../mount.js';
import type { ReadQueue, ReadWishes } from './read-queue.js';

/** Largest answer, in characters, that is sent as a whole, with its length. */
const WHOLE = 256 * 1024;
/** Characters sent at a time. */
const PIECE = 64 * 1024;

export const JSON_TYPE = { 'content-type': 'application/json' } as const;

/**
 * Sends answers with records: queues their reads, and uses constant memory, however large they are.
 */
export class RecordAnswers {
  constructor(
    private readonly reads: ReadQueue,
    private readonly logger: Logger,
  ) {}

  /**
   * Sends a JSON answer whose pieces are generated while it is sent. Rejects if nothing is sent
   * yet; a later failure is logged and cuts the answer off. A client that disconnects ends the
   * generator.
   */
  async send(
    context: HttpContext,
    wishes: ReadWishes,
    piecesOf: () => Promise<AsyncGenerator<string>>,
  ): Promise<Response> {
    const beginning = async () => begin(await piecesOf());
    const { first, groups } = await this.reads.run(context, wishes, beginning);
    if (groups === null) return context.body(first, 200, JSON_TYPE);
    return this.#streamed(context, JSON_TYPE, Buffer.from(first), groups);
  }

  /** Reads in its turn, as ReadQueue does. */
  queued<Result>(
    context: HttpContext,
    wishes: ReadWishes,
    read: () => Promise<Result>,
  ): Promise<Result> {
    return this.reads.run(context, wishes, read);
  }

  /**
   * Sends a file whose bytes are made while it is sent, of a document that was read in an earlier
   * turn. Rejects and breaks off as `send` does; its size is not known before its end.
   */
  async sendFile(
    context: HttpContext,
    headers: Readonly<Record<string, string>>,
    fileOf: () => Promise<AsyncGenerator<Uint8Array>>,
  ): Promise<Response> {
    const { first, file } = await this.reads.run(context, { fresh: false }, async () => {
      const opened = await fileOf();
      const piece = await opened.next();
      return { first: piece.done === true ? new Uint8Array() : piece.value, file: opened };
    });
    return this.#streamed(context, headers, first, file);
  }

  async #streamed(
    context: HttpContext,
    headers: Readonly<Record<string, string>>,
    first: Uint8Array,
    groups: AsyncGenerator<string | Uint8Array>,
  ): Promise<Response> {
    if (context.req.method === 'HEAD') {
      // The body would be dropped, without a word to its generator.
      await groups.return(undefined);
      return context.body(null, 200, { ...headers });
    }
    const pieces = this.#rest(context, first, groups);
    // Starts it: a generator that has not started is ended without its `finally`.
    await pieces.next();
    return context.body(ReadableStream.from(pieces), 200, { ...headers });
  }

  /**
   * Yields an empty piece, which starts it, and the pieces of the body. Not a TextEncoderStream: on
   * Node 20 it takes a hundred times as long for large pieces.
   */
  async *#rest(
    context: HttpContext,
    first: Uint8Array,
    groups: AsyncGenerator<string | Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    try {
      yield new Uint8Array();
      yield first;
      for await (const group of this.reads.each(context, groups))
        yield typeof group === 'string' ? Buffer.from(group) : group;
    } catch (error) {
      // If the client has disconnected, this is not an error.
      if (!context.req.raw.signal.aborted) this.#breakOff(context, error);
    } finally {
      // If the client disconnects before the second piece, the loop has not started.
      await groups.return(undefined);
    }
  }

  /**
   * The status is already sent, so a failure can only be logged. The connection is closed, and the
   * error is not rethrown, because the server would print it unfiltered.
   */
  #breakOff(context: HttpContext, error: unknown): void {
    this.logger.error(
      { err: error, request_id: context.get('requestId'), route: context.get('route') },
      'An answer was cut off',
    );
    const socket = context.env?.incoming?.socket;
    // Without a connection (in tests), the reader of the stream gets the error.
    if (socket?.destroy === undefined) throw error;
    socket.destroy();
  }
}

/** Returns the first part of an answer; if `groups` is null, this is the whole answer. */
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

/** Joins small pieces; yields large ones separately. */
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
