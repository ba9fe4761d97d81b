import type { JsonField } from '../body/json-field.js';
import { fitsInBytes, storableProblem } from './text-rules.js';

/** Deepest nesting of objects and arrays. */
export const MAX_JSON_DEPTH = 64;

export interface JsonProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Describes why the JSON of a field cannot be stored, or could not be returned unchanged; null if
 * it can. Names are checked as well; `__proto__` is an ordinary name.
 */
export function jsonProblem(field: JsonField, maxBytes: number): JsonProblem | null {
  if (field.value !== undefined) {
    const found = look(field.value, 1);
    if (found !== null) return found;
    if (fitsInBytes(field.text, maxBytes)) return null;
  }
  return {
    path: [],
    message: `takes more than ${maxBytes} bytes as JSON; keep large data elsewhere`,
  };
}

function look(value: unknown, depth: number): JsonProblem | null {
  if (typeof value === 'string') return asProblem(storableProblem(value));
  if (typeof value === 'number') return asProblem(numberProblem(value));
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_JSON_DEPTH) return asProblem(`is nested deeper than ${MAX_JSON_DEPTH} levels`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const problem = look(value[index], depth + 1);
      if (problem !== null) return within(index, problem);
    }
    return null;
  }
  for (const name of Object.keys(value)) {
    const problem = asProblem(storableProblem(name));
    if (problem !== null) return problem;
    const inner = look((value as Readonly<Record<string, unknown>>)[name], depth + 1);
    if (inner !== null) return within(name, inner);
  }
  return null;
}

/** The path is built only if there is a problem. */
function within(name: string | number, { path, message }: JsonProblem): JsonProblem {
  return { path: [name, ...path], message };
}

function numberProblem(value: number): string | null {
  if (!Number.isFinite(value))
    return 'is a number beyond the range of JSON numbers; send it as a string';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return 'is an integer beyond ±(2^53 - 1), which JSON numbers cannot represent exactly; send it as a string';
  }
  return null;
}

function asProblem(message: string | null): JsonProblem | null {
  return message === null ? null : { path: [], message };
}
