import type { z } from '@hono/zod-openapi';
import { problemAnswer } from './schemas/answers.schema.js';

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
    200: { description, headers: REQUEST_ID, content: { [type]: { schema } } },
    ...Object.fromEntries(
      [...errors, 500 as const].map((status) => [
        status,
        {
          description: ERRORS[status],
          headers: status === 503 ? { ...REQUEST_ID, ...RETRY_AFTER } : REQUEST_ID,
          content: { 'application/problem+json': { schema: problemAnswer } },
        },
      ]),
    ),
  };
}

const REQUEST_ID = {
  'X-Request-Id': {
    description: "The request's own id, if it was well formed, or a new one",
    schema: { type: 'string' },
  },
} as const;

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds', schema: { type: 'integer', minimum: 0 } },
} as const;

const ERRORS = {
  400: 'The body is not JSON',
  404: 'There is no such record',
  413: 'The body is too large',
  415: 'The body is not application/json',
  422: 'The request is not valid; `errors` says where and why',
  500: 'A fault of the service; the log has it under the `request_id`',
  503: 'The buffer is full, or the store or the journal is not available; nothing is lost, `Retry-After` says when to come back',
} as const;

export type ErrorStatus = keyof typeof ERRORS;
