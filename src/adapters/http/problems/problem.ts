import type { Context } from 'hono';
import {
  type ErrorCode,
  type Issue,
  ServiceError,
  StorageUnavailableError,
} from '../../../domain/errors.js';
import type { HttpEnvironment } from '../environment.js';

/** Error codes of HTTP itself; the others come from the domain. */
export type HttpErrorCode =
  | 'INVALID_JSON'
  | 'HTTP_400'
  | 'HTTP_405'
  | 'HTTP_408'
  | 'HTTP_417'
  | 'HTTP_431'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'HOST_NOT_ALLOWED'
  | 'RATE_LIMITED'
  | 'BUFFER_FULL'
  | 'INTERNAL_ERROR';

export type ProblemCode = Exclude<ErrorCode, 'NOT_FOUND'> | 'HTTP_404' | HttpErrorCode;

/** An error that is specific to HTTP. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly code: HttpErrorCode,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const MAX_ISSUES = 100;
export const PROBLEM_TYPE = 'application/problem+json';

export const TITLES: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  VALIDATION_ERROR: [422, 'The request is not valid'],
  INVALID_JSON: [400, 'The body is not JSON'],
  HTTP_400: [400, 'The request cannot be read'],
  HTTP_404: [404, 'Not found'],
  HTTP_405: [405, 'Method not allowed'],
  HTTP_408: [408, 'The request did not arrive in time'],
  HTTP_417: [417, 'The expectation cannot be met'],
  HTTP_431: [431, 'The headers are too large'],
  PAYLOAD_TOO_LARGE: [413, 'The body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body has the wrong type'],
  UNAUTHORIZED: [401, 'An API key is needed'],
  FORBIDDEN: [403, 'This is not allowed'],
  SESSION_MISMATCH: [409, 'The record belongs to another session'],
  HOST_NOT_ALLOWED: [421, 'This host is not served'],
  RATE_LIMITED: [429, 'Too many requests'],
  BUFFER_FULL: [503, 'The buffer is full'],
  STORAGE_UNAVAILABLE: [503, 'The store cannot be reached'],
  JOURNAL_UNAVAILABLE: [503, 'The journal accepts no writes'],
  SHUTTING_DOWN: [503, 'The service is shutting down'],
  INTERNAL_ERROR: [500, 'Internal error'],
};

interface Answer {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly issues?: readonly Issue[];
}

/** The answer for an error, without details that are not meant for clients. */
export function problemOf(context: Context<HttpEnvironment>, error: unknown): Response {
  const { code, detail, headers = {}, issues } = answerTo(error, context.get('isAdmin') === true);
  const requestId = context.get('requestId');
  return new Response(problemDocument(code, detail, requestId, issues), {
    status: TITLES[code][0],
    headers: { 'content-type': PROBLEM_TYPE, 'x-request-id': requestId, ...headers },
  });
}

/** RFC 9457, as JSON. */
export function problemDocument(
  code: ProblemCode,
  detail: string,
  requestId: string,
  issues?: readonly Issue[],
): string {
  const [status, title] = TITLES[code];
  return JSON.stringify({
    type: `urn:persistence-service:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail,
    error_code: code,
    request_id: requestId,
    ...(issues === undefined ? {} : { errors: issues.slice(0, MAX_ISSUES) }),
  });
}

/**
 * True if a client or a store caused the error, so that it is not a bug to be logged with its
 * stack.
 */
export function isExpected(error: unknown): boolean {
  return error instanceof ServiceError || error instanceof HttpError;
}

function answerTo(error: unknown, isAdmin: boolean): Answer {
  if (error instanceof HttpError) {
    return { code: error.code, detail: error.message, headers: error.headers };
  }
  if (!(error instanceof ServiceError)) {
    return {
      code: 'INTERNAL_ERROR',
      detail: 'Internal error of the service. The log has the details under the request id.',
    };
  }
  const { retryAfter, issues } = error.details;
  return {
    code: error.code === 'NOT_FOUND' ? 'HTTP_404' : error.code,
    detail: isAdmin && error instanceof StorageUnavailableError ? error.inFull : error.message,
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }),
    ...(issues === undefined ? {} : { issues }),
  };
}

export function notFound(what: string): ServiceError {
  return new ServiceError('NOT_FOUND', what);
}

export function invalid(issues: readonly Issue[]): ServiceError {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const detail =
    first === undefined ? 'The request is not valid' : `${first.path}: ${first.message}${more}`;
  return new ServiceError('VALIDATION_ERROR', detail, { issues });
}
