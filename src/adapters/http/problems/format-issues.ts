import type { z } from '@hono/zod-openapi';
import type { Issue } from '../../../domain/errors.js';
import { JsonField } from '../body/json-field.js';
import { MAX_ISSUES } from './problem.js';

const LONGEST_VALUE = 80;
const UNKNOWN = 'is not a field of this record; remove it';

/**
 * Formats a zod error as issues of this API, at most a hundred: paths such as
 * `tasks[3].confidence`, and the values found.
 */
export function formatIssues(error: z.ZodError, prefix: string, input: unknown): Issue[] {
  const issues: Issue[] = [];
  for (const issue of error.issues) {
    if (issues.length >= MAX_ISSUES) break;
    if (issue.code === 'unrecognized_keys') {
      // A body may contain millions of them.
      for (const key of issue.keys.slice(0, MAX_ISSUES - issues.length)) {
        issues.push({ path: join(prefix, [...issue.path, key]), message: UNKNOWN });
      }
      continue;
    }
    const found = valueAt(input, issue.path);
    const value = shorten(found);
    issues.push({
      path: join(prefix, issue.path),
      message: messageOf(issue, found),
      ...(value === undefined ? {} : { value }),
    });
  }
  return issues;
}

function messageOf(issue: z.core.$ZodIssue, found: unknown): string {
  if (found === undefined) return 'is required';
  // zod would name the class.
  if (found instanceof JsonField && issue.code === 'invalid_type')
    return `expected ${issue.expected}, found ${Array.isArray(found.value) ? 'a list' : 'an object'}`;
  return issue.message;
}

/** The value found, if it is useful to show: shortened, never the whole of a long text. */
export function shorten(value: unknown): Issue['value'] | undefined {
  if (typeof value === 'string') return shortText(value);
  if (typeof value === 'number') {
    // 1e400 was parsed as Infinity, which JSON would show as null.
    return Number.isFinite(value) ? value : String(value);
  }
  if (typeof value === 'boolean' || value === null) return value;
  return undefined;
}

/** Names come from clients too, and may be as long as a body. */
export function shortText(text: string): string {
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  // A malformed value must not make the answer malformed.
  return short.replace(/[\0\ud800-\udfff]/gu, '\ufffd');
}

function join(prefix: string, path: readonly PropertyKey[]): string {
  const parts = path.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${shortText(String(part))}`,
  );
  const whole = `${prefix}${parts.join('')}`;
  return whole.startsWith('.') ? whole.slice(1) : whole;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    const container = value instanceof JsonField ? value.value : value;
    if (typeof container !== 'object' || container === null) return undefined;
    if (!Object.hasOwn(container, part)) return undefined;
    value = (container as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return value;
}
