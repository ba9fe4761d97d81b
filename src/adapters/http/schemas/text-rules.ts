/**
 * Rules that make a string identical in every store; each returns a description of the problem, or
 * null.
 */

/** Lone surrogates have no UTF-8 form; MySQL and C programs end a string at NUL. */
const UNSTORABLE = /[\0\ud800-\udfff]/u;
const SURROUNDING_SPACE = /^\s|\s$/u;
const CONTROL = /\p{Cc}/u;
/** Embeddings, overrides and isolates: they make a text look like another one. */
const BIDI_CONTROL = /[\u202a-\u202e\u2066-\u2069]/u;

export function storableProblem(text: string): string | null {
  if (!UNSTORABLE.test(text)) return null;
  return text.includes('\0')
    ? 'contains a NUL character; remove it'
    : 'contains a lone surrogate (half of a character); send well-formed Unicode';
}

/** Joiners (U+200C, U+200D) are allowed: Persian, Indic languages and emoji need them. */
export function idProblem(text: string): string | null {
  if (SURROUNDING_SPACE.test(text)) return 'begins or ends with white space; trim it';
  if (CONTROL.test(text)) return 'contains a control character; remove it';
  if (BIDI_CONTROL.test(text)) return 'contains a bidirectional control character; remove it';
  // Clients and servers remove these segments from a path, escaped or not.
  if (text === '.' || text === '..') return 'is . or .., which no URL can address; use another id';
  return storableProblem(text);
}

/** True if a text takes at most `limit` bytes as UTF-8; no UTF-16 unit takes more than three. */
export function fitsInBytes(text: string, limit: number): boolean {
  return text.length * 3 <= limit || Buffer.byteLength(text, 'utf8') <= limit;
}

/** Characters are code points, as in every store. */
export function fitsInCharacters(text: string, limit: number): boolean {
  if (text.length <= limit) return true;
  if (text.length > limit * 2) return false;
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters <= limit;
}
