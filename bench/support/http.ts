import { Agent, request } from 'node:http';

export const BASE = '/api/v1/translation';

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The absolute path, such as `/health`. */
  readonly path: string;
  /** JSON, encoded before the clock starts. */
  readonly body?: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

export function post(path: string, body?: unknown): Call {
  const call = { method: 'POST', path: `${BASE}/${path}` } as const;
  return body === undefined ? call : { ...call, body: Buffer.from(JSON.stringify(body)) };
}

export function get(path: string): Call {
  return { method: 'GET', path: path.startsWith('/') ? path : `${BASE}/${path}` };
}

/** A client with little overhead: it shares the processors with the measured service. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #host: string;
  readonly #port: string;

  constructor(url: string) {
    ({ hostname: this.#host, port: this.#port } = new URL(url));
  }

  /** Resolves with the complete answer, whatever its status; rejects if the connection fails. */
  send({ method, path, body }: Call, onFirstByte?: () => void): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          agent: this.#agent,
          host: this.#host,
          port: this.#port,
          method,
          path,
          headers:
            body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': body.length },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          if (onFirstByte !== undefined) answer.once('data', onFirstByte);
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }),
          );
          answer.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Like `send`; throws with the answer if the status is not 200. */
  async succeed(call: Call, onFirstByte?: () => void): Promise<Buffer> {
    const { status, body } = await this.send(call, onFirstByte);
    if (status === 200) return body;
    throw new Error(`${call.method} ${call.path}: ${status} ${body.toString().slice(0, 500)}`);
  }

  async json<Body>(call: Call): Promise<Body> {
    return JSON.parse((await this.succeed(call)).toString()) as Body;
  }

  close(): void {
    this.#agent.destroy();
  }
}
