import { createHash } from 'node:crypto';
import type { ListQuery, Position } from '../../domain/query.js';

/** A keyset cursor: where the next page begins, and which page that is. */
export interface Cursor {
  readonly position: Position;
  readonly page: number;
}

/** Longest cursor: a file name and a key in which JSON escapes every character, in base64. */
export const MAX_CURSOR = 4000;

/** Characters of the fingerprint: 72 bits, against accidents and idle hands; a cursor guards no secret. */
const FINGERPRINT = 12;

/**
 * Cursors are opaque: base64url of the position and the page, after a fingerprint of these and of
 * the list they belong to. One that was changed, or that belongs to another filter or sort, so
 * does not fit any more.
 */
export function encodeCursor(list: string, query: ListQuery, cursor: Cursor): string {
  const { value, key } = cursor.position;
  const content = JSON.stringify([value, key, cursor.page]);
  return fingerprint(list, query, content) + Buffer.from(content).toString('base64url');
}

/** Null when it is no cursor of this list, filter and sort. */
export function decodeCursor(list: string, query: ListQuery, text: string): Cursor | null {
  const encoded = text.slice(FINGERPRINT);
  const content = Buffer.from(encoded, 'base64url').toString();
  // Node skips characters that are none of base64url: a cursor with such additions is not ours.
  if (Buffer.from(content).toString('base64url') !== encoded) return null;
  if (fingerprint(list, query, content) !== text.slice(0, FINGERPRINT)) return null;
  // Only what encodeCursor wrote has a fitting fingerprint.
  const [value, key, page] = JSON.parse(content) as [string | number, string, number];
  return { position: { value, key }, page };
}

function fingerprint(list: string, { conditions, sort }: ListQuery, content: string): string {
  return createHash('sha256')
    .update(JSON.stringify([list, conditions, sort, content]))
    .digest('base64url')
    .slice(0, FINGERPRINT);
}
