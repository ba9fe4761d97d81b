import { createHash } from 'node:crypto';
import { type Collection, type Field, MAX_INTEGER } from '../../../domain/collection.js';
import type { ListQuery, Position } from '../../../domain/query.js';
import { isInstant } from '../schemas/dates.js';
import { fitsInCharacters, storableProblem } from '../schemas/text-rules.js';

/** A keyset cursor: the position at which the next page begins, and the number of that page. */
export interface Cursor {
  readonly position: Position;
  readonly page: number;
}

/** Longest cursor: a file name and a key in which JSON escapes every character, in base64. */
export const MAX_CURSOR = 4000;

/**
 * Characters of the fingerprint: 72 bits, against accidental changes; a cursor protects no secret.
 */
const FINGERPRINT = 12;

/**
 * Cursors are opaque: base64url of the position and the page, after a fingerprint of these and of
 * the list. A cursor that was changed, or that belongs to another filter or sort, is therefore
 * invalid.
 */
export function encodeCursor(list: string, query: ListQuery, cursor: Cursor): string {
  const { value, key } = cursor.position;
  const content = JSON.stringify([value, key, cursor.page]);
  return fingerprint(list, query, content) + Buffer.from(content).toString('base64url');
}

/**
 * Returns null if the text is not a cursor of this list of the collection, filter and sort. Anyone
 * can compute a valid fingerprint, so the content of the cursor is validated like client input.
 */
export function decodeCursor(
  collection: Collection,
  list: string,
  query: ListQuery,
  text: string,
): Cursor | null {
  const content = parsed(Buffer.from(text.slice(FINGERPRINT), 'base64url').toString());
  if (!Array.isArray(content)) return null;
  const [value, key, page] = content as readonly unknown[];
  if (!fits(collection, query.sort.field, value) || !fits(collection, collection.key, key)) {
    return null;
  }
  if (!Number.isSafeInteger(page) || Number(page) < 2) return null;
  const position = { value: value as string | number, key: key as string };
  const cursor = { position, page: Number(page) };
  // Rejects other base64 and other JSON than this service writes.
  return encodeCursor(list, query, cursor) === text ? cursor : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Whether a record can have this value in a field of its list; other values must not reach a store.
 */
function fits(collection: Collection, name: string, value: unknown): boolean {
  const field = fieldOf(collection, name);
  if (typeof value === 'string') {
    const isText = field.kind === 'id' || field.kind === 'string';
    return (
      isText && fitsInCharacters(value, field.maxLength ?? 0) && storableProblem(value) === null
    );
  }
  if (typeof value !== 'number') return false;
  switch (field.kind) {
    case 'instant':
      return Number.isInteger(value) && isInstant(value);
    case 'integer':
      return Number.isInteger(value) && value >= 0 && value <= MAX_INTEGER;
    case 'ratio':
      return value >= 0 && value <= 1;
    default:
      return false;
  }
}

function fieldOf(collection: Collection, name: string): Pick<Field, 'kind' | 'maxLength'> {
  if (name === collection.key) return { kind: 'id', maxLength: collection.keyMaxLength };
  return collection.fields.find((field) => field.name === name) ?? { kind: 'instant' };
}

function fingerprint(list: string, { conditions, sort }: ListQuery, content: string): string {
  return createHash('sha256')
    .update(JSON.stringify([list, conditions, sort, content]))
    .digest('base64url')
    .slice(0, FINGERPRINT);
}
