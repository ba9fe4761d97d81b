/** Deepest nesting of a whole body. A record's own JSON has a lower limit, with a path to the place. */
const MAX_DEPTH = 256;

/**
 * Most objects and lists in a body. Within the limit of its bytes a body can hold millions of `{}`:
 * seconds of parsing, in which nobody is served, and thirty times its size in memory.
 */
const MAX_CONTAINERS = 1_000_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [LIST, END_OF_LIST, OBJECT, END_OF_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * What makes UTF-8 text too costly to be parsed as JSON, in words; null when nothing does. It may
 * be no JSON at all. Looked at before parsing: afterwards the memory is spent.
 */
export function boundsProblem(bytes: Uint8Array): string | null {
  let depth = 0;
  let containers = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const found = bytes[at];
    if (found === QUOTE) at = endOfString(bytes, at);
    else if (found === OBJECT || found === LIST) {
      depth += 1;
      containers += 1;
      if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
      if (containers > MAX_CONTAINERS) return `holds more than ${MAX_CONTAINERS} objects and lists`;
    } else if (found === END_OF_OBJECT || found === END_OF_LIST) depth -= 1;
  }
  return null;
}

function endOfString(bytes: Uint8Array, quote: number): number {
  let at = quote + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
