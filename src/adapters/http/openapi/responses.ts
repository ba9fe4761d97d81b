import type { z } from '@hono/zod-openapi';
import type { Access } from '../access/access.js';
import { problemAnswer } from '../schemas/answers.schema.js';

/** How a route's answers in JSON are documented: what it answers with, and the errors that it can give. */
export function answers(schema: z.ZodType, description: string, ...errors: readonly ErrorStatus[]) {
  return answersOf('application/json', schema, description, ...errors);
}

/** As `answers`, in another media type. Every route can fail unexpectedly. */
export function answersOf(
  type: string,
  schema: z.ZodType,
  description: string,
  ...errors: readonly ErrorStatus[]
) {
  return {
    200: answer(type, schema, description),
    ...Object.fromEntries([...errors, 500 as const].map((status) => [status, errorAnswer(status)])),
  };
}

/** An answer that is no problem document, whatever its status. */
export function answer(type: string, schema: z.ZodType, description: string) {
  return { description, headers: REQUEST_ID, content: { [type]: { schema } } };
}

export const SECURITY_SCHEME = 'apiKey';

/** As OpenAPI wants it; `{}` says that it may do without, as settings decide. */
export function securityOf(access: Access) {
  if (access === 'open' || access === 'public') return [];
  const isOptional = access === 'metrics' || access === 'docs';
  return isOptional ? [{}, { [SECURITY_SCHEME]: ['read'] }] : [{ [SECURITY_SCHEME]: [access] }];
}

/** What a request can get before its route sees it (`Authorizer`). */
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
    description: "The request's own id, if it was well formed, or a new one",
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
  401: 'No API key, or one that is not known',
  403: 'The API key lacks the scope; `detail` names it. Or, while there are no keys: a page of another site sent this',
  404: 'There is no such record',
  408: 'The body broke off, or did not come in time',
  409: 'A record of the batch belongs to another session already; `errors` says which',
  413: 'The body is too large',
  415: 'The body is not application/json',
  421: 'While there are no API keys: the Host is neither a loopback name nor in `auth.allowed_hosts`',
  422: 'The request is not valid; `errors` says where and why',
  429: 'More requests a second than one client may send; `Retry-After` says when to come back',
  500: 'A fault of the service; the log has it under the `request_id`',
  503: 'The buffer is full, or the store or the journal is not available; nothing is lost, `Retry-After` says when to come back',
} as const;

export type ErrorStatus = keyof typeof ERRORS;
