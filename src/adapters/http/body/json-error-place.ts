/**
 * Finds the place where a text stops being JSON. V8 reports the place only for some errors, and
 * quotes the surrounding text, which may belong to a client. Call it for texts that JSON.parse has
 * refused.
 */

const SPACE = /[ \t\n\r]*/y;
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** `begin` follows an opening bracket, where a closing bracket is allowed as well. */
type Expected = 'begin' | 'value' | 'key' | 'colon' | 'next';

/** Returns a place such as `line 1, column 10`; columns count UTF-16 units. */
export function placeOfJsonError(text: string): string {
  const at = firstError(text);
  let line = 1;
  let lineBegins = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) {
    line += 1;
    lineBegins = end + 1;
  }
  const place = `line ${line}, column ${at - lineBegins + 1}`;
  return at >= text.length ? `${place}: unexpected end` : place;
}

function firstError(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = skip(SPACE, text, 0);
  while (at < text.length) {
    const found = text.charAt(at);
    const closing = open.at(-1) === '{' ? '}' : ']';
    if (found === closing && open.length > 0 && (expected === 'begin' || expected === 'next')) {
      open.pop();
      expected = 'next';
      at += 1;
    } else if (expected === 'next' || expected === 'colon') {
      if (expected === 'next' && open.length === 0) return at;
      if (found !== (expected === 'colon' ? ':' : ',')) return at;
      expected = expected === 'next' && open.at(-1) === '{' ? 'key' : 'value';
      at += 1;
    } else if (expected === 'key' || (expected === 'begin' && open.at(-1) === '{')) {
      if (found !== '"') return at;
      const end = endOfString(text, at);
      if (text.charAt(end) !== '"') return end;
      expected = 'colon';
      at = end + 1;
    } else if (found === '{' || found === '[') {
      open.push(found);
      expected = 'begin';
      at += 1;
    } else if (found === '"') {
      const end = endOfString(text, at);
      if (text.charAt(end) !== '"') return end;
      expected = 'next';
      at = end + 1;
    } else {
      const end = skip(LITERAL, text, at);
      if (end === at) return at;
      expected = 'next';
      at = end;
    }
    at = skip(SPACE, text, at);
  }
  return at;
}

/** The index of the closing quote, or of the character that makes the string invalid. */
function endOfString(text: string, quote: number): number {
  let at = quote + 1;
  for (;;) {
    const plain = skip(PLAIN, text, at);
    at = skip(ESCAPE, text, plain);
    if (at === plain) return at;
  }
}

/** The index after the match of a sticky pattern at `from`; `from` if it does not match. */
function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
