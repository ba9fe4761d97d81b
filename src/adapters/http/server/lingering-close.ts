import { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';

/** How much is read and dropped of a request whose refusal is known before its end. */
export interface LingeringLimits {
  /** Milliseconds that the refusal waits for the end of a short body, which keeps the connection. */
  readonly grace: number;
  /** Of one connection: as many as an oversized batch may have. */
  readonly bytes: number;
  /** Milliseconds without a byte after which the connection is closed. */
  readonly silence: number;
  /** Milliseconds after which it is closed in any case. */
  readonly longest: number;
  /** At a time; another one closes the oldest. */
  readonly connections: number;
}

const LIMITS: LingeringLimits = {
  grace: 100,
  bytes: 64 * 1024 ** 2,
  silence: 2000,
  longest: 10_000,
  connections: 64,
};
/** Bytes of a body that is on its way as a whole when its head is read. */
const SHORT = 64 * 1024;

/**
 * Lingering close: makes sure that a refusal arrives that is sent before the body of its request has
 * come. Closing while the client still sends would reset the connection, and most clients would
 * report a broken pipe instead of the answer. So the complete answer is sent, and its end, which
 * closes the connection, waits until the client has stopped sending. A short body is waited for
 * first: clients that send it after the head keep their connection.
 */
export class LingeringCloses {
  readonly #limits: LingeringLimits;
  /** Their last answer is under way: what they send after it is not answered, so it is not done. */
  readonly #closing = new WeakSet<Duplex>();
  /** Ends each wait; the oldest comes first. */
  readonly #waits = new Set<() => void>();

  constructor(limits: Partial<LingeringLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Returns the answer to send: the given one, if there is nothing to wait for. */
  async answerTo(incoming: unknown, answer: Response): Promise<Response> {
    if (answer.status < 400 || !(incoming instanceof IncomingMessage)) return answer;
    if (isOpen(incoming) && isShort(incoming)) await this.#endOf(incoming, this.#limits.grace);
    if (!isOpen(incoming)) return answer;
    this.#closing.add(incoming.socket);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const body = new ReadableStream({
      start: async (controller) => {
        if (bytes.length > 0) controller.enqueue(bytes);
        await this.#endOf(incoming, this.#limits.longest);
        controller.close();
      },
    });
    const headers = new Headers(answer.headers);
    headers.set('connection', 'close');
    // The client has the complete answer before the stream ends.
    if (incoming.method !== 'HEAD') headers.set('content-length', String(bytes.length));
    return new Response(body, { status: answer.status, headers });
  }

  /** Whether a request comes after the last one that its connection answers. */
  isTooLate({ socket }: IncomingMessage): boolean {
    return this.#closing.has(socket);
  }

  /** Closes a connection on which a refusal was written that did not come from the app. */
  close(socket: Duplex): void {
    socket.end();
    void this.#endOf(socket, this.#limits.longest).then(() => socket.destroy());
  }

  /**
   * Reads and drops what comes until it ends, for `longest` milliseconds, or until another limit is
   * reached. Never rejects.
   */
  #endOf(stream: Readable, longest: number): Promise<void> {
    const { bytes: most, silence, connections } = this.#limits;
    const [oldest] = this.#waits;
    if (oldest !== undefined && this.#waits.size >= connections) oldest();
    return new Promise((resolve) => {
      const finish = () => {
        this.#waits.delete(finish);
        clearTimeout(silent);
        clearTimeout(late);
        resolve();
      };
      this.#waits.add(finish);
      const silent = setTimeout(finish, silence);
      const late = setTimeout(finish, longest);
      let bytes = 0;
      // The previous reader has given up, and would collect the rest in memory.
      stream.removeAllListeners('data').on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        silent.refresh();
        // Without reading, the client is blocked, and has time to read the answer.
        if (bytes > most) stream.pause();
      });
      stream.once('end', finish).once('close', finish).once('error', finish);
      stream.resume();
    });
  }
}

function isOpen({ complete, destroyed }: IncomingMessage): boolean {
  return !complete && !destroyed;
}

/** False without a declared length. */
function isShort({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= SHORT;
}
