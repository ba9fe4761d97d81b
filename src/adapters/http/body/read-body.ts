import { isUtf8 } from 'node:buffer';
import type { Context } from 'hono';
import { HttpError, invalid } from '../problems/problem.js';
import { type Frame, frameOf } from './batch-records.js';
import { BodyScan } from './body-scan.js';
import type { BodyShare } from './in-flight-body-budget.js';
import { placeOfJsonError } from './json-error-place.js';

/** Longer headers are refused before they are looked at. */
const MOST_HEADER = 200;
const JSON_TYPE = /^application\/json(\s*;\s*charset\s*=\s*"?utf-?8"?)?\s*;?\s*$/i;
/** Bodies up to this are received in one piece. */
const PIECE_BYTES = 256 * 1024;
/** Room that a body of unknown length has at first. */
const FIRST_BYTES = 16 * 1024;
/** Bytes that are scanned without a pause, and how much faster than parsing UTF-8 is checked. */
const SCANNED_BYTES = 128 * 1024;
const UTF8_SPEED = 100;
/** Greatest body of a route that takes no batch. */
const SMALL_BODY = 2 * 1024 * 1024;

/**
 * The JSON body of a batch, read no further than the share allows; its records are parsed when they
 * are asked for. Throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, BUFFER_FULL, INVALID_JSON or, for
 * JSON that would be too costly to parse, VALIDATION_ERROR.
 */
export async function readFrame(context: Context, share: BodyShare): Promise<Frame> {
  checkType(context);
  const received = await readBytes(context, share);
  if (received.length === 0) throw new HttpError('INVALID_JSON', 'The body is empty; send JSON.');
  const { bytes, scan } = await look(received, share);
  return frameOf(bytes, scan, share.pace);
}

/**
 * Throws PAYLOAD_TOO_LARGE for a body announced beyond `limit` bytes; for every route, also those
 * that read none, or the server would wait for it, and throw it away.
 */
export function checkDeclaredLength(context: Context, limit: number): void {
  const declared = context.req.header('content-length');
  if (declared !== undefined && Number(declared) > limit) {
    throw tooLarge(limit, `${declared} bytes`);
  }
}

/**
 * The JSON body of a route that takes no batch, of at most 2 MiB: undefined when there is none.
 * Throws as `readFrame` does.
 */
export async function readOptionalJson(context: Context, share: BodyShare): Promise<unknown> {
  const limit = Math.min(share.limit, SMALL_BODY);
  checkDeclaredLength(context, limit);
  const received = await readBytes(context, { ...share, limit });
  if (received.length === 0) return undefined;
  checkType(context);
  const { bytes } = await look(received, share);
  await share.pace.spend(bytes.length);
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new HttpError('INVALID_JSON', `The body is not valid JSON at ${placeOfJsonError(text)}.`);
  }
}

function checkType(context: Context): void {
  const type = context.req.header('content-type');
  if (type === undefined || type.length > MOST_HEADER || !JSON_TYPE.test(type)) {
    throw new HttpError(
      'UNSUPPORTED_MEDIA_TYPE',
      `Send the body as application/json in UTF-8; found ${type === undefined ? 'no content-type' : JSON.stringify(type.slice(0, 100))}.`,
    );
  }
  const encoding = context.req.header('content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpError(
      'UNSUPPORTED_MEDIA_TYPE',
      `Send the body as it is; content-encoding ${JSON.stringify(encoding.slice(0, 100))} is not understood.`,
    );
  }
}

async function readBytes(context: Context, share: BodyShare): Promise<Uint8Array> {
  try {
    return await receiveBytes(context, share);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    // The client went away, or was too slow and cut off: nobody reads this, except in the log.
    throw new HttpError('HTTP_408', 'The body broke off.', { connection: 'close' });
  }
}

async function receiveBytes(context: Context, share: BodyShare): Promise<Uint8Array> {
  const declared = context.req.header('content-length');
  // The server reads exactly as many bytes as were declared, and authorizing refused too many.
  if (declared !== undefined && Number(declared) <= PIECE_BYTES) {
    share.take(Number(declared));
    return new Uint8Array(await context.req.arrayBuffer());
  }
  const stream = context.req.raw.body as AsyncIterable<Uint8Array> | null;
  if (stream === null) return new Uint8Array();
  return declared === undefined
    ? receiveUnknown(stream, share)
    : receiveDeclared(stream, Number(declared), share);
}

/** Chunk by chunk into its place: putting megabytes together at the end would hold others up. */
async function receiveDeclared(
  stream: AsyncIterable<Uint8Array>,
  length: number,
  share: BodyShare,
): Promise<Uint8Array> {
  share.expect(length);
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const chunk of stream) {
    share.take(chunk.length);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes.subarray(0, at);
}

/** Into one buffer that doubles: chunks can be single bytes, and each kept would cost hundreds. */
async function receiveUnknown(
  stream: AsyncIterable<Uint8Array>,
  { limit, take }: BodyShare,
): Promise<Uint8Array> {
  let bytes = Buffer.allocUnsafeSlow(Math.min(limit, FIRST_BYTES));
  let at = 0;
  for await (const chunk of stream) {
    const end = at + chunk.length;
    if (end > limit) throw tooLarge(limit, 'more');
    take(chunk.length);
    if (end > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(limit, Math.max(end, 2 * bytes.length)));
      bytes.copy(larger, 0, 0, at);
      bytes = larger;
    }
    bytes.set(chunk, at);
    at = end;
  }
  return bytes.subarray(0, at);
}

function tooLarge(limit: number, found: string): HttpError {
  const whose = limit === SMALL_BODY ? 'no batch is sent here' : 'service.body_limit';
  return new HttpError(
    'PAYLOAD_TOO_LARGE',
    `The body may have at most ${limit} bytes (${whose}); found ${found}. Send less at a time.`,
    { connection: 'close' },
  );
}

/** Looks at a body before it is parsed. Throws INVALID_JSON or VALIDATION_ERROR. */
async function look(received: Uint8Array, { pace }: BodyShare) {
  await pace.spend(received.length / UTF8_SPEED);
  if (!isUtf8(received)) throw new HttpError('INVALID_JSON', 'The body is not valid UTF-8.');
  const bytes = withoutMark(received);
  const scan = new BodyScan(bytes);
  while (!scan.ended) {
    await pace.spend(SCANNED_BYTES);
    scan.advance(SCANNED_BYTES);
  }
  if (scan.problem !== null) throw invalid([{ path: 'body', message: scan.problem }]);
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), scan };
}

/** Without the byte order mark that some tools put before UTF-8. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}
