import type { z } from '@hono/zod-openapi';
import type { Issue } from '../../domain/errors.js';

const LONGEST_VALUE = 80;

/** A zod error as issues of this API: paths such as `tasks[3].confidence`, and what was found. */
export function explain(error: z.ZodError, prefix: string, input: unknown): Issue[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: join(prefix, [...issue.path, key]),
        message: 'is not a field of this record; remove it',
      }));
    }
    const found = valueAt(input, issue.path);
    const message = found === undefined ? 'is required' : issue.message;
    const value = shorten(found);
    return [{ path: join(prefix, issue.path), message, ...(value === undefined ? {} : { value }) }];
  });
}

/** What was found, if it is worth showing: short, and never the whole of a long text. */
export function shorten(value: unknown): Issue['value'] | undefined {
  if (typeof value === 'string') {
    const text = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
    // What is refused for being malformed must not make the answer malformed.
    return text.replace(/[\0\ud800-\udfff]/gu, '\ufffd');
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return undefined;
}

function join(prefix: string, path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  const whole = `${prefix}${parts.join('')}`;
  return whole.startsWith('.') ? whole.slice(1) : whole;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(part))?.[1];
  }
  return value;
}
