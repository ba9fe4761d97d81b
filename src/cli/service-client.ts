import {
  ApiError,
  NoAnswerError,
  PersistenceClient,
  UnexpectedAnswerError,
} from 'persistence-service/client';
import type { z } from 'zod';
import type { Scope } from '../domain/scopes.js';
import type { CommandContext, World } from './context.js';
import { type Target, type TargetOptions, targetOf } from './target.js';
import { printable } from './text.js';

/**
 * Milliseconds. A change may first have to store or delete many records; `fetch` itself waits at
 * most 300,000.
 */
const PATIENCE = { read: 60_000, change: 290_000 } as const;
const LONGEST_SHOWN = 200;

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

/** Asks a running service, each question once: the user can repeat it. */
export class ServiceClient {
  constructor(
    private readonly target: Target,
    private readonly world: Pick<World, 'fetch'>,
  ) {}

  /**
   * What the service answers to `question`, which requires `scope`. The address may be that of
   * another program, so `answer` checks the members that a command needs. Throws RequestError.
   */
  async ask<Answer>(
    scope: Scope,
    answer: z.ZodType<Answer>,
    question: (client: PersistenceClient) => Promise<unknown>,
  ): Promise<Answer> {
    const found = await this.tell(scope, question);
    const checked = answer.safeParse(found);
    if (checked.success) return checked.data;
    throw unexpected(this.target.url, 200, JSON.stringify(found), null);
  }

  /** The same for an answer that is not checked. */
  async tell<Answer>(
    scope: Scope,
    question: (client: PersistenceClient) => Promise<Answer>,
  ): Promise<Answer> {
    const patience = scope === 'read' ? PATIENCE.read : PATIENCE.change;
    try {
      return await question(plainClient(this.target, this.world, patience));
    } catch (error) {
      throw toldTo(this.target.url, error, scope);
    }
  }
}

/** For a command with the options of `withTarget`. */
export function clientOf(context: CommandContext, options: TargetOptions): ServiceClient {
  return new ServiceClient(targetOf(context, options), context);
}

/** A client that asks once, and waits so many milliseconds. */
export function plainClient(
  { url, apiKey }: Target,
  { fetch }: Pick<World, 'fetch'>,
  timeout: number,
): PersistenceClient {
  return new PersistenceClient({
    baseUrl: url,
    apiKey: apiKey ?? null,
    fetch,
    timeout,
    maxRetries: 0,
  });
}

/** The error of the client as the user reads it. */
function toldTo(url: string, error: unknown, scope: Scope): unknown {
  if (error instanceof ApiError) return refused(url, error, scope);
  if (error instanceof UnexpectedAnswerError) {
    return unexpected(url, error.status, error.text, error.location);
  }
  if (!(error instanceof NoAnswerError)) return error;
  return new RequestError(
    `${url} does not answer: ${error.reason}. Check that the service runs at this address (--url, or service.host and service.port).`,
  );
}

function refused(url: string, error: ApiError, scope: Scope): RequestError {
  const { status, errorCode: error_code, detail, retryAfter, requestId } = error;
  const lines = [`${url} answered ${status} ${error_code}: ${detail}`];
  if (status === 401 || status === 403) {
    lines.push(
      `This needs a key with the scope ${scope}: PERSISTENCE_API_KEY, PERSISTENCE_API_KEY_FILE or --api-key-file.`,
    );
  }
  if (retryAfter !== null) lines.push(`Retry after ${retryAfter} s.`);
  if (requestId !== null) lines.push(`Request ${requestId} in the log of the service.`);
  return new RequestError(lines.map(printable).join('\n'), { error_code, detail });
}

/** The answer does not come from this service, but from a proxy or another program. */
function unexpected(
  url: string,
  status: number,
  text: string,
  location: string | null,
): RequestError {
  const said =
    location === null ? printable(text.slice(0, LONGEST_SHOWN)) : `moved to ${printable(location)}`;
  return new RequestError(
    `${url} answered ${status}, which is not an answer of the service${said === '' ? '' : `: ${said}`}. Check the address.`,
  );
}
