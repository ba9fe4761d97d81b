import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

/** Bytes of records that are parsed without a pause: about a millisecond. */
const SLICE_BYTES = 128 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [LIST, END_OF_LIST, OBJECT, END_OF_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Records that follow one another in the list: bytes `from` to `until`, commas between them included. */
interface Slice {
  readonly from: number;
  readonly until: number;
}

/**
 * What JSON.parse makes of a body `{"name": [record, …]}`, but parsed a slice of records at a time,
 * with other requests served in between: JSON.parse alone would hold them up for tens of
 * milliseconds. Undefined for any other body, and for one that is not valid: whoever asks then
 * parses it in one piece, which also explains what is wrong.
 */
export async function parseInSlices(bytes: Buffer): Promise<unknown> {
  if (!isUtf8(bytes)) return undefined;
  const slices = slicesOf(bytes);
  try {
    const frame = JSON.parse(frameOf(bytes, slices)) as unknown;
    if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) return undefined;
    const [property, ...others] = Object.entries(frame);
    if (property === undefined || others.length > 0) return undefined;
    const [name, list] = property;
    if (!Array.isArray(list) || name === '__proto__') return undefined;
    return { [name]: await fill(list, bytes, slices) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The list with the records of each slice in the place of its number. */
async function fill(list: readonly unknown[], bytes: Buffer, slices: readonly Slice[]) {
  const records: unknown[] = [];
  for (const element of list) {
    if (!Array.isArray(element)) {
      records.push(element);
      continue;
    }
    // Every list at this depth is a slice's number, because the frame has none of its own.
    const { from, until } = slices[element[0]] as Slice;
    records.push(...(JSON.parse(`[${bytes.toString('utf8', from, until)}]`) as unknown[]));
    await setImmediate();
  }
  return records;
}

/** The body with `[number]` in the place of each slice. */
function frameOf(bytes: Buffer, slices: readonly Slice[]): string {
  let frame = '';
  let at = 0;
  for (const [number, { from, until }] of slices.entries()) {
    frame += `${bytes.toString('utf8', at, from)}[${number}]`;
    at = until;
  }
  return frame + bytes.toString('utf8', at);
}

/** All objects and lists at the third level, in slices of about SLICE_BYTES. */
function slicesOf(bytes: Buffer): readonly Slice[] {
  const slices: Slice[] = [];
  let depth = 0;
  let from = -1;
  let until = -1;
  for (let at = 0; at < bytes.length; at += 1) {
    const found = bytes[at];
    if (found === QUOTE) at = endOfString(bytes, at);
    else if (found === OBJECT || found === LIST) {
      if (depth === 2 && from < 0) from = at;
      depth += 1;
    } else if (found === END_OF_OBJECT || found === END_OF_LIST) {
      depth -= 1;
      if (depth === 2) until = at + 1;
      const ends = depth < 2 || until - from >= SLICE_BYTES;
      if (from >= 0 && until > from && ends) {
        slices.push({ from, until });
        from = -1;
      }
    }
  }
  return slices;
}

function endOfString(bytes: Buffer, quote: number): number {
  let at = quote + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
