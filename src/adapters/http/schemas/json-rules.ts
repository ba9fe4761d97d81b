import { fitsInBytes, storableProblem } from './text-rules.js';

/** Deepest nesting of objects and arrays. */
export const MAX_JSON_DEPTH = 64;

export interface JsonProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * What keeps a parsed JSON value from coming back as it went in; null when nothing does.
 * Looks at keys as well, and does not copy: `__proto__` stays an ordinary key.
 */
export function jsonProblem(value: unknown, maxBytes: number): JsonProblem | null {
  const found = look(value, [], 1);
  if (found !== null) return found;
  if (fitsInBytes(JSON.stringify(value), maxBytes)) return null;
  return {
    path: [],
    message: `takes more than ${maxBytes} bytes as JSON; keep large data elsewhere`,
  };
}

function look(value: unknown, path: (string | number)[], depth: number): JsonProblem | null {
  if (typeof value === 'string') return asProblem(path, storableProblem(value));
  if (typeof value === 'number') return asProblem(path, numberProblem(value));
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_JSON_DEPTH) {
    return { path, message: `is nested deeper than ${MAX_JSON_DEPTH} levels` };
  }
  const isArray = Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) {
    const at = [...path, isArray ? Number(name) : name];
    const problem =
      asProblem(path, isArray ? null : storableProblem(name)) ?? look(inner, at, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function numberProblem(value: number): string | null {
  if (!Number.isFinite(value)) return 'is a number too large to be kept; send it as a string';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return 'is an integer beyond ±(2^53 - 1), which JSON numbers do not keep exactly; send it as a string';
  }
  return null;
}

function asProblem(path: readonly (string | number)[], message: string | null): JsonProblem | null {
  return message === null ? null : { path, message };
}
