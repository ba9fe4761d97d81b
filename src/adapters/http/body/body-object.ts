import { invalid } from '../problems/problem.js';

/** Returns the body as an object; throws VALIDATION_ERROR if it is not one. */
export function bodyObject(body: unknown, expected: string): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return body as Readonly<Record<string, unknown>>;
  }
  const message = `expected an object ${expected}, found ${kindOf(body)}`;
  throw invalid([{ path: 'body', message }]);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? 'a number' : String(value);
}
