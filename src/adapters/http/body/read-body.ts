import { isUtf8 } from 'node:buffer';
import { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import { HttpError, invalid } from '../problems/problem.js';
import { type Frame, frameOf } from './batch-records.js';
import { BodyScan } from './body-scan.js';
import type { BodyShare } from './in-flight-body-budget.js';
import { placeOfJsonError } from './json-error-place.js';

/** A longer header is refused without further checks. */
const MOST_HEADER = 200;
const JSON_TYPE = /^application\/json(\s*;\s*charset\s*=\s*"?utf-?8"?)?\s*;?\s*$/i;
/** The buffer of a body up to this size grows as the body comes, even if its length is declared. */
const GROWING_BYTES = 256 * 1024;
/** Initial size of a buffer that grows. */
const FIRST_BYTES = 16 * 1024;
/**
 * Bytes that are scanned without a pause; and the factor by which the UTF-8 check is faster than
 * parsing.
 */
const SCANNED_BYTES = 128 * 1024;
const UTF8_SPEED = 100;
/** Largest body of a route without a batch. */
const SMALL_BODY = 2 * 1024 * 1024;

/**
 * Reads the JSON body of a batch, up to the share of the in-flight body budget; its records are
 * parsed on demand. Throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, BUFFER_FULL, INVALID_JSON or,
 * for JSON that is too costly to parse, VALIDATION_ERROR.
 */
export async function readFrame(context: Context, share: BodyShare): Promise<Frame> {
  checkType(context);
  const received = await readBytes(context, share);
  if (received.length === 0) throw new HttpError('INVALID_JSON', 'The body is empty; send JSON.');
  const { bytes, scan } = await look(received, share);
  return frameOf(bytes, scan, share.pace);
}

/**
 * Throws PAYLOAD_TOO_LARGE for a body with a declared length beyond `limit` bytes. Applies to every
 * route, also those without a body: otherwise the server would read the body and discard it.
 */
export function checkDeclaredLength(context: Context, limit: number): void {
  const declared = context.req.header('content-length');
  if (declared !== undefined && Number(declared) > limit) {
    throw tooLarge(limit, `${declared} bytes`);
  }
}

/**
 * Reads the JSON body, at most 2 MiB, of a route without a batch; undefined if there is none.
 * Throws like `readFrame`.
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
      `Send the body without compression; content-encoding ${JSON.stringify(encoding.slice(0, 100))} is not supported.`,
    );
  }
}

async function readBytes(context: Context, share: BodyShare): Promise<Uint8Array> {
  try {
    return await receiveBytes(context, share);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    // The client disconnected, or was too slow and was cut off; this only appears in the log.
    throw new HttpError('HTTP_408', 'The body was cut off.', { connection: 'close' });
  }
}

async function receiveBytes(context: Context, share: BodyShare): Promise<Uint8Array> {
  const chunks = chunksOf(context);
  if (chunks === null) return new Uint8Array();
  const header = context.req.header('content-length');
  if (header === undefined) return receiveGrowing(chunks, share.limit, share);
  // The server reads exactly as many bytes as declared, and the authorizer has refused larger
  // bodies.
  const declared = Number(header);
  share.expect(declared);
  return declared > GROWING_BYTES
    ? receiveDeclared(chunks, declared, share)
    : receiveGrowing(chunks, declared, share);
}

/** Read directly: as a web stream, a small body makes a request cost half as much again. */
function chunksOf(context: Context): AsyncIterable<Uint8Array> | null {
  const incoming: unknown = context.env?.incoming;
  // A refusal in the middle is still answered on the connection.
  if (incoming instanceof IncomingMessage) return incoming.iterator({ destroyOnReturn: false });
  return context.req.raw.body as AsyncIterable<Uint8Array> | null;
}

/**
 * Copies each chunk into its place: concatenating megabytes at the end would delay other requests.
 */
async function receiveDeclared(
  stream: AsyncIterable<Uint8Array>,
  length: number,
  share: BodyShare,
): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const chunk of stream) {
    share.take(chunk.length);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes.subarray(0, at);
}

/**
 * Copies into one buffer that doubles up to `most` bytes: chunks can be single bytes, and each kept
 * chunk would cost hundreds.
 */
async function receiveGrowing(
  stream: AsyncIterable<Uint8Array>,
  most: number,
  { limit, take }: BodyShare,
): Promise<Uint8Array> {
  let bytes = Buffer.allocUnsafeSlow(Math.min(most, FIRST_BYTES));
  let at = 0;
  for await (const chunk of stream) {
    const end = at + chunk.length;
    if (end > most) throw tooLarge(limit, 'more');
    take(chunk.length);
    if (end > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(most, Math.max(end, 2 * bytes.length)));
      bytes.copy(larger, 0, 0, at);
      bytes = larger;
    }
    bytes.set(chunk, at);
    at = end;
  }
  return bytes.subarray(0, at);
}

function tooLarge(limit: number, found: string): HttpError {
  const whose = limit === SMALL_BODY ? 'a route without a batch' : 'service.body_limit';
  return new HttpError(
    'PAYLOAD_TOO_LARGE',
    `The body may have at most ${limit} bytes (${whose}); found ${found}. Send smaller bodies.`,
    { connection: 'close' },
  );
}

/** Scans a body before it is parsed. Throws INVALID_JSON or VALIDATION_ERROR. */
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

/** Removes the byte order mark that some tools put before UTF-8. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}
