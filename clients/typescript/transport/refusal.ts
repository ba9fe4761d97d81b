import { ApiError, type ErrorCode, type FieldError, UnexpectedAnswerError } from '../errors.js';
import { retryAfterOf } from './retry.js';
import type { World } from './world.js';

/** Characters of a foreign answer that an error keeps. */
export const LONGEST_SHOWN = 500;

/** Why the service refuses a request. */
export interface Problem {
  readonly error_code: ErrorCode;
  readonly detail: string;
  readonly request_id?: string;
  /** A list of FieldError, unless somebody between the service and this client changed it. */
  readonly errors?: unknown;
}

export function isProblem(json: unknown): json is Problem {
  if (typeof json !== 'object' || json === null) return false;
  const { error_code, detail } = json as Record<string, unknown>;
  return typeof error_code === 'string' && typeof detail === 'string';
}

export function refused({ status, headers }: Response, problem: Problem, world: World): ApiError {
  const { error_code, detail } = problem;
  const errors = Array.isArray(problem.errors) ? problem.errors.filter(isFieldError) : [];
  return new ApiError(
    { error_code, detail, errors },
    {
      status,
      requestId: problem.request_id ?? headers.get('x-request-id'),
      retryAfter: retryAfterOf(headers, world),
    },
  );
}

/** An answer with this text that is not one of the service. */
export function unexpected(
  { status, headers }: Response,
  text: string,
  { url, expected }: { readonly url: string; readonly expected: string },
  world: World,
): UnexpectedAnswerError {
  return new UnexpectedAnswerError(
    {
      status,
      contentType: headers.get('content-type'),
      text: text.trim().slice(0, LONGEST_SHOWN),
      location: headers.get('location'),
      retryAfter: retryAfterOf(headers, world),
    },
    url,
    expected,
  );
}

function isFieldError(item: unknown): item is FieldError {
  if (typeof item !== 'object' || item === null) return false;
  const { path, message } = item as Record<string, unknown>;
  return typeof path === 'string' && typeof message === 'string';
}
