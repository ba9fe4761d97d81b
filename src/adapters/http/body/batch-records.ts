import { HttpError, invalid } from '../problems/problem.js';
import type { BodyScan, Slice } from './body-scan.js';
import { type CutValue, isTooLong } from './cut-values.js';
import { placeOfJsonError } from './json-error-place.js';
import { JsonField } from './json-field.js';
import type { Pace } from './pace.js';

/**
 * Largest number of bytes of a body outside its records: names, brackets, and white space between
 * slices.
 */
const MOST_OUTSIDE = 1024 * 1024;
/**
 * A longer list is passed to its schema only in part, which is enough to be refused as too long.
 */
const TOO_LONG = 1024 * 1024 + 1;
/** Bytes that are parsed again to locate a JSON error: at most about 25 milliseconds. */
const LOCATED_BYTES = 256 * 1024;

/** The frame of a body `{"name": [record, …]}`: the body without its records. */
export interface Frame {
  readonly body: unknown;
  /** Calls `take` with each record of a list of the frame, in order. */
  each(list: readonly unknown[], take: (record: unknown, index: number) => void): Promise<void>;
}

/**
 * Parses a body in slices of records, and lets other requests run in between. Each slice is parsed
 * without its JSON fields and long texts, which are parsed one by one. The bytes must be UTF-8, and
 * the scan must have found no problem. Throws INVALID_JSON or VALIDATION_ERROR.
 */
export async function frameOf(bytes: Buffer, scan: BodyScan, pace: Pace): Promise<Frame> {
  const { slices } = scan;
  const text = withPlaces(bytes, 0, bytes.length, slices);
  if (text === null) {
    const message = `has more than ${MOST_OUTSIDE} bytes outside its records`;
    throw invalid([{ path: 'body', message }]);
  }
  await pace.spend(text.length);
  const body = scan.isCutOff ? undefined : parsed(text);
  if (body === undefined) throw await notJson(bytes, slices, pace);
  return { body, each: (list, take) => each(bytes, slices, list, take, pace) };
}

async function each(
  bytes: Buffer,
  slices: readonly Slice[],
  list: readonly unknown[],
  take: (record: unknown, index: number) => void,
  pace: Pace,
): Promise<void> {
  const seen = new Set<number>();
  let index = 0;
  for (const element of list) {
    // Every list at this depth is the number of a slice, because the frame itself has none.
    if (!Array.isArray(element)) {
      take(element, index);
      index += 1;
      continue;
    }
    const number = element[0] as number;
    seen.add(number);
    for (const record of await recordsOf(bytes, slices, number, pace)) {
      await pace.spend(costOf(record));
      take(record, index);
      index += 1;
    }
  }
  // A repeated name hides its first list, whose slices might not be JSON.
  for (const number of slices.keys()) {
    if (!seen.has(number)) await recordsOf(bytes, slices, number, pace);
  }
}

async function recordsOf(
  bytes: Buffer,
  slices: readonly Slice[],
  number: number,
  pace: Pace,
): Promise<readonly unknown[]> {
  const slice = slices[number] as Slice;
  const { from, until, cut } = slice;
  const text = withPlaces(bytes, from, until, cut, Number.POSITIVE_INFINITY) ?? '';
  await pace.spend(text.length);
  const records = parsed(`[${text}]`);
  if (!Array.isArray(records)) throw await notJsonIn(bytes, slice, pace);
  if (cut.length > 0) for (const record of records) await fill(record, bytes, slice, pace);
  return records;
}

/** Puts the values that were cut out back into a record. */
async function fill(record: unknown, bytes: Buffer, slice: Slice, pace: Pace): Promise<void> {
  if (typeof record !== 'object' || record === null) return;
  const fields = record as Record<string, unknown>;
  for (const [name, place] of Object.entries(fields)) {
    if (!Array.isArray(place)) continue;
    const value = slice.cut[place[0] as number] as CutValue;
    await pace.spend(value.units);
    const found = parsedValue(bytes, value);
    if (found === undefined) throw await notJsonIn(bytes, slice, pace);
    Object.defineProperty(fields, name, { value: found, enumerable: true, writable: true });
  }
}

/** Undefined if it is not JSON. */
function parsedValue(bytes: Buffer, { from, until, kind }: CutValue): unknown {
  if (isTooLong(from, until)) {
    if (kind === 'json') return new JsonField('', undefined);
    return bytes.toString('latin1', from + 1, from + 1 + TOO_LONG).replaceAll(/[^ -~]/g, '?');
  }
  const raw = bytes.toString('utf8', from, until);
  const value = parsed(raw);
  return kind === 'text' || value === undefined ? value : new JsonField(raw, value);
}

/** Undefined if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Replaces each part of the bytes by `[number]`; null if more than `most` bytes remain. */
function withPlaces(
  bytes: Buffer,
  from: number,
  until: number,
  parts: readonly { readonly from: number; readonly until: number }[],
  most = MOST_OUTSIDE,
): string | null {
  let text = '';
  let at = from;
  for (const [number, part] of parts.entries()) {
    if (text.length + part.from - at > most) return null;
    text += `${bytes.toString('utf8', at, part.from)}[${number}]`;
    at = part.until;
  }
  if (text.length + until - at > most) return null;
  return text + bytes.toString('utf8', at, until);
}

/** The cost of checking a record, without its JSON. */
function costOf(record: unknown): number {
  let units = 200;
  if (typeof record !== 'object' || record === null) return units;
  for (const value of Object.values(record)) if (typeof value === 'string') units += value.length;
  return units;
}

/** Reports that the frame is not JSON, with the place if it is cheap to find. */
async function notJson(bytes: Buffer, slices: readonly Slice[], pace: Pace): Promise<HttpError> {
  if (bytes.length <= LOCATED_BYTES) {
    await pace.spend(bytes.length);
    return refusal(placeOfJsonError(bytes.toString('utf8')));
  }
  for (const number of slices.keys()) await recordsOf(bytes, slices, number, pace);
  return refusal('its end or between its records');
}

async function notJsonIn(bytes: Buffer, { from, until }: Slice, pace: Pace): Promise<HttpError> {
  if (bytes.length <= LOCATED_BYTES) {
    await pace.spend(bytes.length);
    return refusal(placeOfJsonError(bytes.toString('utf8')));
  }
  return refusal(`bytes ${from + 1} to ${until}`);
}

function refusal(place: string): HttpError {
  return new HttpError('INVALID_JSON', `The body is not valid JSON at ${place}.`);
}
