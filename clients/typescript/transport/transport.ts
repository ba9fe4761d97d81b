import {
  ApiError,
  type ErrorCode,
  type FieldError,
  NoAnswerError,
  UnexpectedAnswerError,
} from '../errors.js';
import { exchange, type Received, textOf } from './exchange.js';
import { canPass, pauseBefore, retryAfterOf } from './retry.js';
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
  /** Whether a parsed answer of success is one of the service. Default: every JSON is. */
  readonly isAnswer?: (parsed: unknown) => boolean;
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;
/** Milliseconds without a byte. Node itself waits at most 300,000 for the beginning of an answer. */
const TIMEOUT = 60_000;
const TIMEOUT_OF_LONG_WORK = 290_000;
/** Characters of a foreign answer that an error keeps. */
const LONGEST_SHOWN = 500;

/** Sends calls, and repeats those that can pass. */
export class Transport {
  constructor(readonly settings: Settings) {}

  /** The answer, parsed. */
  json<Answer>(call: Call, options: CallOptions = {}): Promise<Answer> {
    return this.#repeat(call, options, async () => {
      const received = await this.#send(call, options, 'application/json');
      const text = await textOf(received);
      const { response } = received;
      const parsed = parse(text);
      if (parsed !== undefined && (call.isAnswer?.(parsed) ?? true)) return parsed as Answer;
      const isJson = JSON_TYPE.test(response.headers.get('content-type') ?? '');
      if (parsed !== undefined || !isJson) throw this.#unexpected(response, text);
      throw new NoAnswerError('the answer is cut off', this.#urlOf(call), null);
    });
  }

  text(call: Call, options: CallOptions = {}): Promise<string> {
    return this.#repeat(call, options, async () => textOf(await this.#send(call, options, '*/*')));
  }

  /** An answer that is read as it arrives. Only its beginning is repeated. */
  stream(call: Call, options: CallOptions = {}): Promise<Received> {
    return this.#repeat(call, options, () => this.#send(call, options, '*/*'));
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
    if (isProblem(problem)) throw this.#refused(response, problem);
    if (response.status !== call.answeredBy || problem === undefined)
      throw this.#unexpected(response, text);
    return { response, chunks: again(text) };
  }

  #urlOf({ path }: Call): string {
    return `${this.settings.baseUrl}${path}`;
  }

  #refused(response: Response, problem: Problem): ApiError {
    const { error_code, detail } = problem;
    const errors = Array.isArray(problem.errors) ? problem.errors.filter(isFieldError) : [];
    return new ApiError(
      { error_code, detail, errors },
      {
        status: response.status,
        requestId: problem.request_id ?? response.headers.get('x-request-id'),
        retryAfter: retryAfterOf(response.headers, this.settings.world),
      },
    );
  }

  #unexpected({ status, headers }: Response, text: string): UnexpectedAnswerError {
    const shown = text.trim().slice(0, LONGEST_SHOWN);
    const retryAfter = retryAfterOf(headers, this.settings.world);
    return new UnexpectedAnswerError(status, shown, headers.get('location'), retryAfter);
  }
}

async function* again(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield new TextEncoder().encode(text);
}

interface Problem {
  readonly error_code: ErrorCode;
  readonly detail: string;
  readonly request_id?: string;
  /** A list of FieldError, unless somebody between the service and this client changed it. */
  readonly errors?: unknown;
}

function isProblem(json: unknown): json is Problem {
  if (typeof json !== 'object' || json === null) return false;
  const { error_code, detail } = json as Record<string, unknown>;
  return typeof error_code === 'string' && typeof detail === 'string';
}

function isFieldError(item: unknown): item is FieldError {
  if (typeof item !== 'object' || item === null) return false;
  const { path, message } = item as Record<string, unknown>;
  return typeof path === 'string' && typeof message === 'string';
}

/** Undefined if the text is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
