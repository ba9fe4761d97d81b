import type { WriteBuffer } from '../../../application/buffer/write-buffer.js';
import { ServiceError } from '../../../domain/errors.js';
import { clientOfAddress } from '../access/rate-limit.js';
import type { HttpContext } from '../mount.js';
import { HttpError } from '../problems/problem.js';

/**
 * Reads of many records: the number that run at a time, that may be queued, and that one client may
 * have queued.
 */
const UNDER_WAY = 4;
const WAITING = 100;
const WAITING_OF_CLIENT = 50;
/** Seconds. */
const RETRY_AFTER = 1;

export interface ReadWishes {
  /** The read includes everything accepted before the request. */
  readonly fresh: boolean;
}

interface Waiting {
  readonly begin: () => void;
}

/**
 * Runs reads of many records, a few at a time. The others wait in one line per client, and the
 * clients take turns. Nothing is read for a client that has disconnected. Reads by id and health
 * checks do not use this queue.
 */
export class ReadQueue {
  #underWay = 0;
  #waiting = 0;
  /** The first client is served next, and then moves to the end. */
  readonly #lines = new Map<string, Waiting[]>();

  constructor(private readonly buffer: Pick<WriteBuffer, 'flush'>) {}

  /**
   * Runs `read` in its turn. A `fresh` one waits for a flush first, and takes its turn only then:
   * otherwise, a slow flush would delay those that do not wait for it. Throws STORAGE_UNAVAILABLE
   * if the flush fails or too many are queued, and HTTP_408 if the client disconnects before its
   * turn.
   */
  async run<Result>(
    context: HttpContext,
    { fresh }: ReadWishes,
    read: () => Promise<Result>,
  ): Promise<Result> {
    if (fresh) await this.buffer.flush();
    return this.#inTurn(context, read, { isLimited: true });
  }

  /**
   * Yields the same items; each is read in its own turn, so that a slow client does not block
   * others. The limits do not apply, because a full queue would cut off an answer that has begun:
   * each open answer has at most one turn, so that the number of connections is the limit.
   */
  async *each<Item>(context: HttpContext, items: AsyncIterator<Item>): AsyncGenerator<Item> {
    for (;;) {
      const item = await this.#inTurn(context, () => items.next(), { isLimited: false });
      if (item.done === true) return;
      yield item.value;
    }
  }

  async #inTurn<Result>(
    context: HttpContext,
    read: () => Promise<Result>,
    limits: { readonly isLimited: boolean },
  ): Promise<Result> {
    await this.#turn(clientOf(context), context.req.raw.signal, limits);
    try {
      return await read();
    } finally {
      this.#underWay -= 1;
      this.#next();
    }
  }

  #turn(
    client: string,
    signal: AbortSignal,
    { isLimited }: { readonly isLimited: boolean },
  ): Promise<void> {
    if (signal.aborted) throw left();
    if (this.#underWay < UNDER_WAY) {
      this.#underWay += 1;
      return Promise.resolve();
    }
    const line = this.#lines.get(client) ?? [];
    const isFull = this.#waiting >= WAITING || line.length >= WAITING_OF_CLIENT;
    if (isLimited && isFull) throw tooMany(line.length);
    return new Promise((resolve, reject) => {
      const gone = () => {
        this.#remove(client, waiting);
        reject(left());
      };
      const waiting = {
        begin: () => {
          signal.removeEventListener('abort', gone);
          resolve();
        },
      };
      signal.addEventListener('abort', gone, { once: true });
      line.push(waiting);
      this.#lines.set(client, line);
      this.#waiting += 1;
    });
  }

  #next(): void {
    const [first] = this.#lines;
    if (first === undefined) return;
    const [client, line] = first;
    const waiting = line[0] as Waiting;
    this.#lines.delete(client);
    this.#lines.set(client, line);
    this.#remove(client, waiting);
    this.#underWay += 1;
    waiting.begin();
  }

  #remove(client: string, waiting: Waiting): void {
    const line = this.#lines.get(client);
    const place = line?.indexOf(waiting) ?? -1;
    if (line === undefined || place < 0) return;
    line.splice(place, 1);
    if (line.length === 0) this.#lines.delete(client);
    this.#waiting -= 1;
  }
}

function clientOf(context: HttpContext): string {
  const key = context.get('key');
  if (key !== undefined) return `key ${key}`;
  return `address ${clientOfAddress(context.env?.incoming?.socket.remoteAddress ?? '')}`;
}

/** The client is gone; this only appears in the log. */
function left(): HttpError {
  return new HttpError('HTTP_408', 'The client disconnected before its turn.', {
    connection: 'close',
  });
}

function tooMany(ofClient: number): ServiceError {
  const whose = ofClient >= WAITING_OF_CLIENT ? `${ofClient} of this client` : 'the queue is full';
  return new ServiceError(
    'STORAGE_UNAVAILABLE',
    `Too many reads are queued: ${whose}. Send fewer at a time.`,
    { retryAfter: RETRY_AFTER },
  );
}
