import { z } from 'zod';
import { BASE } from '../adapters/http/base-path.js';
import type { Scope } from '../domain/scopes.js';
import type { CommandContext, World } from './context.js';
import { type Target, type TargetOptions, targetOf } from './target.js';
import { printable } from './text.js';

/** Fixed, because clients depend on it. */
/**
 * Seconds. A change may first have to store or delete many records; `fetch` itself waits at most
 * 300.
 */
const PATIENCE = { read: 60, change: 290 } as const;
const LONGEST_SHOWN = 200;

const problem = z.object({
  error_code: z.string(),
  detail: z.string(),
  request_id: z.string().optional(),
});

/** A running service did not fulfil the request: exit code 1. The message is complete. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    message: string,
    /** The problem in the answer of the service; null without one. */
    readonly problem: { readonly error_code: string; readonly detail: string } | null = null,
  ) {
    super(message);
  }
}

export interface Request<Answer> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the base path, including the query. */
  readonly path: string;
  /** The scope that the request requires. */
  readonly scope: Scope;
  readonly answer: z.ZodType<Answer>;
  readonly body?: unknown;
}

/** Sends each request to a running service once; the user can repeat it. */
export class ServiceClient {
  constructor(
    private readonly target: Target,
    private readonly world: Pick<World, 'fetch'>,
  ) {}

  /** Returns the answer, including members that the schema does not name. Throws RequestError. */
  async send<Answer>({ method, path, scope, answer, body }: Request<Answer>): Promise<Answer> {
    const { url, apiKey } = this.target;
    const patience = method === 'GET' ? PATIENCE.read : PATIENCE.change;
    const response = await exchange(this.world, `${url}${BASE}${path}`, patience, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if ('noAnswer' in response) throw noAnswer(url, response.noAnswer);
    if (!response.ok) throw refused(url, response, scope);
    const checked = answer.safeParse(response.json);
    if (checked.success) return checked.data;
    throw unexpectedAnswer(url, response);
  }

  /** A file of the service, to be read as it arrives. Throws RequestError. */
  async download(
    path: string,
  ): Promise<{ readonly headers: Headers; readonly body: AsyncIterable<Uint8Array> }> {
    const { url, apiKey } = this.target;
    const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    const response = await this.world
      .fetch(`${url}${BASE}${path}`, { headers, redirect: 'manual' })
      .catch((error: unknown) => Promise.reject(noAnswer(url, reasonOf(error, 0))));
    const { ok, status, body } = response;
    if (ok && body !== null) return { headers: response.headers, body };
    const text = await response.text();
    const received = { ok, status, headers: response.headers, text, json: parsed(text) };
    throw refused(url, received, 'read');
  }
}

function noAnswer(url: string, reason: string): RequestError {
  return new RequestError(
    `${url} does not answer: ${reason}. Check that the service runs at this address (--url, or service.host and service.port).`,
  );
}

/** For a command with the options of `withTarget`. */
export function clientOf(context: CommandContext, options: TargetOptions): ServiceClient {
  return new ServiceClient(targetOf(context, options), context);
}

interface Received {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined if the text is not JSON. */
  readonly json: unknown;
}

/** Sends one request; returns its answer, or a text why there is none. Follows no redirection. */
export async function exchange(
  { fetch }: Pick<World, 'fetch'>,
  url: string,
  patienceSeconds: number,
  init: RequestInit = {},
): Promise<Received | { readonly noAnswer: string }> {
  try {
    const signal = AbortSignal.timeout(patienceSeconds * 1000);
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    const { ok, status, headers } = response;
    const text = await response.text();
    return { ok, status, headers, text, json: parsed(text) };
  } catch (error) {
    return { noAnswer: reasonOf(error, patienceSeconds) };
  }
}

function refused(url: string, response: Received, scope: Scope): RequestError {
  const checked = problem.safeParse(response.json);
  if (!checked.success) return unexpectedAnswer(url, response);
  const { error_code, detail, request_id } = checked.data;
  const lines = [`${url} answered ${response.status} ${error_code}: ${detail}`];
  if (response.status === 401 || response.status === 403) {
    lines.push(
      `This needs a key with the scope ${scope}: PERSISTENCE_API_KEY, PERSISTENCE_API_KEY_FILE or --api-key-file.`,
    );
  }
  const wait = response.headers.get('retry-after');
  if (wait !== null) lines.push(`Retry after ${wait} s.`);
  if (request_id !== undefined) lines.push(`Request ${request_id} in the log of the service.`);
  return new RequestError(lines.map(printable).join('\n'), { error_code, detail });
}

/** The answer does not come from this service, but from a proxy or another program. */
function unexpectedAnswer(url: string, { status, headers, text }: Received): RequestError {
  const location = headers.get('location');
  const said =
    location === null
      ? printable(text.trim().slice(0, LONGEST_SHOWN))
      : `moved to ${printable(location)}`;
  return new RequestError(
    `${url} answered ${status}, which is not an answer of the service${said === '' ? '' : `: ${said}`}. Check the address.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` reports only "fetch failed"; its cause has the reason. */
function reasonOf(error: unknown, patienceSeconds: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${patienceSeconds} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
