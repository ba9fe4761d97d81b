import { HttpError, invalid } from '../problems/problem.js';
import type { BodyScan, Slice } from './body-scan.js';
import { type CutValue, isTooLong } from './cut-values.js';
import { placeOfJsonError } from './json-error-place.js';
import { JsonField } from './json-field.js';
import type { Pace } from './pace.js';

/** Bytes of a body outside its records: names, brackets, and white space between slices. */
const MOST_OUTSIDE = 1024 * 1024;
/** Of a longer one, enough is shown to its schema to be refused as too long. */
const TOO_LONG = 1024 * 1024 + 1;
/** Bytes that are looked at again to tell where they are no JSON: about 25 milliseconds at most. */
const EXPLAINED = 256 * 1024;

/** The frame of a body `{"name": [record, …]}`: what it is without its records. */
export interface Frame {
  readonly body: unknown;
  /** Calls `take` with each record of a list of the frame, in order. */
  each(list: readonly unknown[], take: (record: unknown, index: number) => void): Promise<void>;
}

/**
 * Parses a body a slice of records at a time, with other requests served in between. Each slice is
 * parsed without its JSON fields and long texts, and these one by one. The bytes are UTF-8, and the
 * scan has found no problem in them. Throws INVALID_JSON or VALIDATION_ERROR.
 */
export async function frameOf(bytes: Buffer, scan: BodyScan, pace: Pace): Promise<Frame> {
  const { slices } = scan;
  const text = withPlaces(bytes, 0, bytes.length, slices);
  if (text === null) {
    const message = `holds more than ${MOST_OUTSIDE} bytes outside of records`;
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
    // Every list at this depth is the number of a slice, because the frame has none of its own.
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
  // A name that comes twice hides its first list, whose slices might be no JSON.
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

/** Undefined when it is no JSON. */
function parsedValue(bytes: Buffer, { from, until, kind }: CutValue): unknown {
  if (isTooLong(from, until)) {
    if (kind === 'json') return new JsonField('', undefined);
    return bytes.toString('latin1', from + 1, from + 1 + TOO_LONG).replaceAll(/[^ -~]/g, '?');
  }
  const raw = bytes.toString('utf8', from, until);
  const value = parsed(raw);
  return kind === 'text' || value === undefined ? value : new JsonField(raw, value);
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The bytes with `[number]` in the place of each part; null when more than `most` bytes are left. */
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

/** What the checks of a record cost, beside its JSON. */
function costOf(record: unknown): number {
  let units = 200;
  if (typeof record !== 'object' || record === null) return units;
  for (const value of Object.values(record)) if (typeof value === 'string') units += value.length;
  return units;
}

/** The frame is no JSON: told where, as far as that costs little. */
async function notJson(bytes: Buffer, slices: readonly Slice[], pace: Pace): Promise<HttpError> {
  if (bytes.length <= EXPLAINED) {
    await pace.spend(bytes.length);
    return refusal(placeOfJsonError(bytes.toString('utf8')));
  }
  for (const number of slices.keys()) await recordsOf(bytes, slices, number, pace);
  return refusal('its end, or between its records');
}

async function notJsonIn(bytes: Buffer, { from, until }: Slice, pace: Pace): Promise<HttpError> {
  if (bytes.length <= EXPLAINED) {
    await pace.spend(bytes.length);
    return refusal(placeOfJsonError(bytes.toString('utf8')));
  }
  return refusal(`one of its bytes ${from + 1} to ${until}`);
}

function refusal(place: string): HttpError {
  return new HttpError('INVALID_JSON', `The body is not valid JSON at ${place}.`);
}
