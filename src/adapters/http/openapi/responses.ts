import type { z } from '@hono/zod-openapi';
import { type Access, type AccessSettings, scopeFor } from '../access/access.js';
import { problemAnswer } from '../schemas/system-answers.schema.js';

/** Documents the JSON answers of a route: the successful one, and its possible errors. */
export function answers(schema: z.ZodType, description: string, ...errors: readonly ErrorStatus[]) {
  return answersOf('application/json', schema, description, ...errors);
}

/** Like `answers`, with another media type. Every route can fail unexpectedly. */
export function answersOf(
  type: string,
  schema: z.ZodType,
  description: string,
  ...errors: readonly ErrorStatus[]
) {
  return {
    200: answer(type, schema, description),
    ...errorAnswers(errors),
  };
}

/** Like `answers`, for a file of one of several media types. */
export function fileAnswers(
  types: readonly string[],
  description: string,
  ...errors: readonly ErrorStatus[]
) {
  const file = { schema: { type: 'string', format: 'binary' } as const };
  return {
    200: {
      description,
      headers: { ...REQUEST_ID, ...FILE_NAME },
      content: Object.fromEntries(types.map((type) => [type, file])),
    },
    ...errorAnswers(errors),
  };
}

function errorAnswers(errors: readonly ErrorStatus[]) {
  return Object.fromEntries([...errors, 500 as const].map((each) => [each, errorAnswer(each)]));
}

/** An answer that is not a problem document, with any status. */
export function answer(type: string, schema: z.ZodType, description: string) {
  return { description, headers: REQUEST_ID, content: { [type]: { schema } } };
}

export const SECURITY_SCHEME = 'apiKey';

/**
 * Security in the form of OpenAPI. `{}` means that the key is optional: that of every route if the
 * service has no keys, otherwise that of the metrics and of the documents, if they are public.
 */
export function securityOf(access: Access, settings: AccessSettings) {
  if (access === 'open' || access === 'public') return [];
  const scope = access === 'metrics' || access === 'docs' ? 'read' : access;
  const isRequired = settings.apiKeys.length > 0 && scopeFor(access, settings) !== null;
  return [...(isRequired ? [] : [{}]), { [SECURITY_SCHEME]: [scope] }];
}

/** The answers of the `Authorizer`, before the route runs. */
export function authorizationAnswers(access: Access) {
  const statuses: readonly ErrorStatus[] =
    access === 'open'
      ? [413, 421]
      : access === 'public'
        ? [413, 421, 429]
        : [401, 403, 413, 421, 429];
  return Object.fromEntries(statuses.map((status) => [status, errorAnswer(status)]));
}

function errorAnswer(status: ErrorStatus) {
  return {
    description: ERRORS[status],
    headers: { ...REQUEST_ID, ...ERROR_HEADERS[status] },
    content: { 'application/problem+json': { schema: problemAnswer } },
  };
}

const REQUEST_ID = {
  'X-Request-Id': {
    description: 'The id sent with the request if it was well formed, otherwise a new one',
    required: true,
    schema: { type: 'string' },
  },
} as const;

const FILE_NAME = {
  'Content-Disposition': {
    description: 'An attachment with a file name',
    required: true,
    schema: { type: 'string' },
  },
} as const;

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
} as const;

const CHALLENGE = {
  'WWW-Authenticate': {
    description: 'A Bearer challenge',
    required: true,
    schema: { type: 'string' },
  },
} as const;

const SCOPE_CHALLENGE = {
  'WWW-Authenticate': {
    description: 'A Bearer challenge with the scope that the API key lacks',
    required: false,
    schema: { type: 'string' },
  },
} as const;

const ERROR_HEADERS: Partial<Record<ErrorStatus, object>> = {
  401: CHALLENGE,
  403: SCOPE_CHALLENGE,
  429: RETRY_AFTER,
  503: RETRY_AFTER,
};

const ERRORS = {
  400: 'The body is not JSON',
  401: 'No API key, or an unknown one',
  403: 'The API key lacks the scope; `detail` names it. Or, without API keys: a page of another site sent the request',
  404: 'The record does not exist',
  408: 'The body was cut off, or did not arrive in time',
  409: 'A record of the batch already belongs to another session; `errors` names it',
  413: 'The body is too large',
  415: 'The body is not application/json',
  421: 'Without API keys: the Host is neither a loopback name nor in `auth.allowed_hosts`',
  422: 'The request is not valid; `errors` lists the paths and reasons',
  429: 'More requests per second than one client may send; retry after `Retry-After`',
  500: 'An internal error of the service; the log has it under the `request_id`',
  503: 'The buffer is full, or the store or the journal is not available; nothing is lost, retry after `Retry-After`',
} as const;

export type ErrorStatus = keyof typeof ERRORS;
