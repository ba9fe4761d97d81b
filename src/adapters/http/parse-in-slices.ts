import { setImmediate } from 'node:timers/promises';
import type { Slice } from './body-scan.js';

/**
 * What JSON.parse makes of a body `{"name": [record, …]}`, but parsed a slice of records at a time,
 * with other requests served in between: JSON.parse alone would hold them up for tens of
 * milliseconds. Undefined for any other body, and for one that is not valid: whoever asks then
 * parses it in one piece, which also explains what is wrong. The bytes are UTF-8, and `slices` are
 * those that a BodyScan has found in them.
 */
export async function parseInSlices(bytes: Buffer, slices: readonly Slice[]): Promise<unknown> {
  try {
    const frame = JSON.parse(frameOf(bytes, slices)) as unknown;
    if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) return undefined;
    const [property, ...others] = Object.entries(frame);
    if (property === undefined || others.length > 0) return undefined;
    const [name, list] = property;
    if (!Array.isArray(list) || name === '__proto__') return undefined;
    // A name that comes twice hides its first list, whose slices might be no JSON.
    const isAll = list.filter((element) => Array.isArray(element)).length === slices.length;
    return isAll ? { [name]: await fill(list, bytes, slices) } : undefined;
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
    const parsed = JSON.parse(`[${bytes.toString('utf8', from, until)}]`) as unknown[];
    // One by one: as arguments of one call, very many would overflow the stack.
    for (const record of parsed) records.push(record);
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
