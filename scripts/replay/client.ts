import type { JsonRecord } from './read-lines.js';

const BASE = '/api/v1/translation';
/** Timeout of one attempt, seconds: a service may hang as well as be down. */
const ATTEMPT_TIMEOUT = 60;
/** Pause after an attempt without an answer, seconds. */
const PAUSE = 0.5;
/** Statuses of temporary refusals. */
const TRY_AGAIN: readonly number[] = [429, 502, 503, 504];

/**
 * The interface that playing and verifying need. Both methods reject when the patience of the
 * client is over.
 */
export interface Service {
  post(path: string, body?: unknown): Promise<JsonRecord>;
  /** Null if the resource does not exist. */
  get(path: string): Promise<JsonRecord | null>;
}

export interface ClientOptions {
  readonly url: string;
  /** Seconds for which one request is retried. */
  readonly patience: number;
  readonly apiKey?: string;
}

/** External dependencies, replaced in tests. */
export interface World {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const REAL: World = {
  fetch: (url, init) => fetch(url, init),
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

type Attempt =
  | { readonly answer: JsonRecord | null }
  | { readonly problem: string; readonly wait: number };

/**
 * Talks to a service as a patient backend does. Retries requests that are not answered or are
 * refused temporarily; that is harmless, because writes may be repeated. `fetch` keeps connections
 * open.
 */
export class ServiceClient implements Service {
  /** Latencies of answered requests, milliseconds. */
  readonly writeLatencies: number[] = [];
  readonly readLatencies: number[] = [];
  #retries = 0;

  constructor(
    private readonly options: ClientOptions,
    private readonly world: World = REAL,
  ) {}

  get retries(): number {
    return this.#retries;
  }

  async post(path: string, body?: unknown): Promise<JsonRecord> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await this.#send(path, { method: 'POST', ...json }, this.writeLatencies);
    if (answer === null) throw new Error(`${this.#urlOf(path)}: 404`);
    return answer;
  }

  get(path: string): Promise<JsonRecord | null> {
    return this.#send(path, { method: 'GET' }, this.readLatencies);
  }

  async #send(path: string, init: RequestInit, latencies: number[]): Promise<JsonRecord | null> {
    const { now, sleep } = this.world;
    const end = now() + this.options.patience * 1000;
    for (;;) {
      const begun = now();
      const attempt = await this.#attempt(path, init);
      if ('answer' in attempt) {
        latencies.push(now() - begun);
        return attempt.answer;
      }
      const left = end - now();
      if (left <= 0) {
        const { patience } = this.options;
        throw new Error(`${this.#urlOf(path)}: ${attempt.problem}; gave up after ${patience} s`);
      }
      this.#retries += 1;
      // The pause is limited to the remaining patience, so that there is one last attempt.
      await sleep(Math.min(attempt.wait * 1000, left));
    }
  }

  async #attempt(path: string, init: RequestInit): Promise<Attempt> {
    const { apiKey } = this.options;
    try {
      const response = await this.world.fetch(this.#urlOf(path), {
        ...init,
        headers: {
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        signal: AbortSignal.timeout(ATTEMPT_TIMEOUT * 1000),
      });
      const text = await response.text();
      if (response.ok) return { answer: JSON.parse(text) as JsonRecord };
      if (response.status === 404 && init.method === 'GET') return { answer: null };
      const problem = `${response.status} ${text.slice(0, 500)}`;
      if (TRY_AGAIN.includes(response.status)) return { problem, wait: retryAfter(response) };
      throw new RefusedError(`${this.#urlOf(path)}: ${problem}`);
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      return { problem: `no answer (${reasonOf(error)})`, wait: PAUSE };
    }
  }

  #urlOf(path: string): string {
    return `${this.options.url.replace(/\/+$/, '')}${BASE}${path}`;
  }
}

/** A permanent refusal: a retry would be refused again. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** In seconds; the header may also hold a date. */
function retryAfter(response: Response): number {
  const header = response.headers.get('retry-after') ?? '';
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? PAUSE : Math.max(0, seconds);
}

/** `fetch` reports only "fetch failed"; its cause has the reason. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
