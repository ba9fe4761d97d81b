import { NoAnswerError } from '../errors.js';
import { beginningOf, exchange, type Received, textOf } from './exchange.js';
import type { Expected } from './expected.js';
import { isProblem, LONGEST_SHOWN, refused, unexpected } from './refusal.js';
import { canPass, pauseBefore } from './retry.js';
import type { Settings } from './settings.js';
import { sleep } from './world.js';

/** Options of one call, which override those of the client. */
export interface CallOptions {
  /** Ends the call, its pauses included. The call then throws the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number | undefined;
  readonly maxRetries?: number | undefined;
}

export interface Call {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** It is not repeated once the service may have begun, and waited for longer. */
  readonly isLongWork: boolean;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** A status of failure whose answer is a result: an unhealthy service says how it is. */
  readonly answeredBy?: number;
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;
/** Milliseconds without a byte. Node itself waits at most 300,000 for the beginning of an answer. */
const TIMEOUT = 60_000;
const TIMEOUT_OF_LONG_WORK = 290_000;
/** What the service answers if it does not fulfil a request. */
const PROBLEM = 'JSON with error_code, detail';

/** Sends calls, and repeats those that can pass. */
export class Transport {
  constructor(readonly settings: Settings) {}

  /** The answer, parsed. */
  json<Answer>(
    call: Call,
    expected: Expected<unknown>,
    options: CallOptions = {},
  ): Promise<Answer> {
    return this.#repeat(call, options, async () => {
      const received = await this.#send(call, options, 'application/json');
      const text = await textOf(received);
      const { response } = received;
      const parsed = parse(text);
      if (expected.isMetBy(parsed)) return parsed as Answer;
      if (parsed !== undefined || !isBeginning(response, text)) {
        throw this.#unexpected(call, response, text, expected.description);
      }
      throw new NoAnswerError('the answer is cut off', this.#urlOf(call), null);
    });
  }

  text(call: Call, expected: Expected<string>, options: CallOptions = {}): Promise<string> {
    return this.#repeat(call, options, async () => {
      const received = await this.#send(call, options, '*/*');
      const text = await textOf(received);
      if (expected.isMetBy(text)) return text;
      throw this.#unexpected(call, received.response, text, expected.description);
    });
  }

  /** An answer of this media type, read as it arrives. Only its beginning is repeated. */
  stream(call: Call, expected: Expected<string>, options: CallOptions = {}): Promise<Received> {
    return this.#repeat(call, options, async () => {
      const received = await this.#send(call, options, '*/*');
      const { response } = received;
      if (expected.isMetBy(response.headers.get('content-type') ?? '')) return received;
      const text = await beginningOf(received, LONGEST_SHOWN);
      throw this.#unexpected(call, response, text, expected.description);
    });
  }

  async #repeat<Result>(
    { isLongWork }: Call,
    options: CallOptions,
    attempt: () => Promise<Result>,
  ): Promise<Result> {
    const { maxRetries, maxRetryTime, onRetry, world } = this.settings;
    const begun = world.now();
    for (let retry = 0; ; retry += 1) {
      try {
        return await attempt();
      } catch (error) {
        const left = maxRetryTime - (world.now() - begun);
        const isLast = retry >= (options.maxRetries ?? maxRetries) || left <= 0;
        if (isLast || !canPass(error, isLongWork)) throw error;
        // Cut to what is left, so that there is one last attempt.
        const pause = Math.min(pauseBefore(retry, error, world), left);
        onRetry(error as Error, pause);
        await sleep(world, pause, options.signal);
      }
    }
  }

  /** Throws unless the answer is a result. */
  async #send(call: Call, options: CallOptions, accept: string): Promise<Received> {
    const { apiKey, timeout } = this.settings;
    const patience = call.isLongWork ? TIMEOUT_OF_LONG_WORK : TIMEOUT;
    const key = apiKey();
    const received = await exchange(
      {
        url: this.#urlOf(call),
        method: call.method,
        headers: {
          accept,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        },
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        timeout: options.timeout ?? timeout ?? patience,
        signal: options.signal,
      },
      this.settings,
    );
    const { response } = received;
    if (response.ok) return received;
    const text = await textOf(received);
    const problem = parse(text);
    if (isProblem(problem)) throw refused(response, problem, this.settings.world);
    if (response.status !== call.answeredBy || problem === undefined) {
      throw this.#unexpected(call, response, text, PROBLEM);
    }
    return { response, chunks: again(text) };
  }

  #urlOf({ path }: Call): string {
    return `${this.settings.baseUrl}${path}`;
  }

  #unexpected(call: Call, response: Response, text: string, expected: string) {
    const place = { url: this.#urlOf(call), expected };
    return unexpected(response, text, place, this.settings.world);
  }
}

async function* again(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield new TextEncoder().encode(text);
}

/** Whether the text may be the beginning of an answer: each is an object of JSON. */
function isBeginning({ headers }: Response, text: string): boolean {
  return JSON_TYPE.test(headers.get('content-type') ?? '') && /^\s*(\{|$)/.test(text);
}

/** Undefined if the text is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
