import type { FieldValue } from './collection.js';
import type { Write } from './write.js';

/**
 * Up to version 1.0.0, a write stored as JSON had objects in its JSON fields; now it has their
 * texts.
 */
export function withJsonTexts(write: Write): Write {
  const objects = Object.entries(write.fields).filter(isObject);
  if (objects.length === 0) return write;
  const texts = objects.map(([name, object]) => [name, JSON.stringify(object)] as const);
  return { ...write, fields: { ...write.fields, ...Object.fromEntries(texts) } };
}

function isObject([, value]: readonly [string, FieldValue | object]): boolean {
  return typeof value === 'object' && value !== null;
}
