import type { z } from '@hono/zod-openapi';
import { problemAnswer } from './schemas/answers.schema.js';

/** How a route's answers are documented: what it answers with, and the errors that it can give. */
export function answers(schema: z.ZodType, description: string, ...errors: readonly ErrorStatus[]) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    ...Object.fromEntries(
      errors.map((status) => [
        status,
        {
          description: ERRORS[status],
          content: { 'application/problem+json': { schema: problemAnswer } },
        },
      ]),
    ),
  };
}

const ERRORS = {
  400: 'The body is not JSON',
  404: 'There is no such record',
  413: 'The body is too large',
  415: 'The body is not application/json',
  422: 'The request is not valid; `errors` says where and why',
  503: 'The buffer is full, or the store or the journal is not available; nothing is lost, `Retry-After` says when to come back',
} as const;

export type ErrorStatus = keyof typeof ERRORS;
