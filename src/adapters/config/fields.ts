import { z } from 'zod';
import { parseBytes } from './units.js';

// Types of values. Each accepts values from YAML and text from the environment and flags, and its
// messages describe what it expects.

export const integer = (minimum: number, maximum: number, fallback: number) =>
  z.preprocess(
    (value) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value,
    z
      .int(`expected a whole number from ${minimum} to ${maximum}`)
      .min(minimum, `expected at least ${minimum}`)
      .max(maximum, `expected at most ${maximum}`)
      .default(fallback),
  );

export const number = (minimum: number, maximum: number, fallback: number) =>
  z.preprocess(
    (value) =>
      typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value,
    z
      .number(`expected a number from ${minimum} to ${maximum}`)
      .min(minimum, `expected at least ${minimum}`)
      .max(maximum, `expected at most ${maximum}`)
      .default(fallback),
  );

export const boolean = (fallback: boolean) =>
  z.preprocess(
    (value) => (value === 'true' ? true : value === 'false' ? false : value),
    z.boolean('expected true or false').default(fallback),
  );

export const bytes = (minimum: number, maximum: number, fallback: number) =>
  z.preprocess(
    (value) => parseBytes(value) ?? value,
    z
      .int('expected a size such as 32MiB, 500kB or a number of bytes')
      .min(minimum, `expected at least ${minimum} bytes`)
      .max(maximum, `expected at most ${maximum} bytes`)
      .default(fallback),
  );

export const text = (fallback: string) =>
  z.string('expected text').min(1, 'expected some text').default(fallback);

/** The environment and flags give lists and maps as JSON. */
export const fromJson = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/**
 * `translation_tasks=mysql,translation_sessions=sqlite`, or a map as JSON. Other text stays text,
 * and the schema refuses it.
 */
export const fromAssignments = (value: unknown): unknown => {
  if (typeof value !== 'string' || value.trim().startsWith('{')) return fromJson(value);
  if (value.trim() === '') return {};
  const pairs = value.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  const names = new Set(pairs.map(([name]) => name));
  const wellFormed = pairs.every(({ length }) => length === 2) && names.size === pairs.length;
  return wellFormed ? Object.fromEntries(pairs) : value;
};
