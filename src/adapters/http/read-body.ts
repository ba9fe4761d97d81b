import type { Context } from 'hono';
import { placeOfJsonError } from './json-error-place.js';
import { HttpError } from './problem.js';

const JSON_TYPE = /^application\/json(\s*;\s*charset\s*=\s*"?utf-?8"?)?\s*;?\s*$/i;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON body of a request, read no further than `limit` bytes.
 * Throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE or INVALID_JSON.
 */
export async function readJson(context: Context, limit: number): Promise<unknown> {
  checkType(context);
  const bytes = await readBytes(context, limit);
  if (bytes.length === 0) throw new HttpError('INVALID_JSON', 'The body is empty; send JSON.');
  return parse(bytes);
}

/** As `readJson`, for routes that can do without a body: undefined when there is none. */
export async function readOptionalJson(context: Context, limit: number): Promise<unknown> {
  const bytes = await readBytes(context, limit);
  if (bytes.length === 0) return undefined;
  checkType(context);
  return parse(bytes);
}

function checkType(context: Context): void {
  const type = context.req.header('content-type');
  if (type === undefined || !JSON_TYPE.test(type)) {
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

async function readBytes(context: Context, limit: number): Promise<Uint8Array> {
  const declared = context.req.header('content-length');
  if (declared !== undefined) {
    if (Number(declared) > limit) throw tooLarge(limit, `${declared} bytes`);
    // The server reads exactly as many bytes as were declared.
    return new Uint8Array(await context.req.arrayBuffer());
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const stream = context.req.raw.body;
  if (stream === null) return new Uint8Array();
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit, 'more');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(limit: number, found: string): HttpError {
  return new HttpError(
    'PAYLOAD_TOO_LARGE',
    `The body may have at most ${limit} bytes (service.body_limit); found ${found}. Send smaller batches.`,
    { connection: 'close' },
  );
}

function parse(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new HttpError('INVALID_JSON', 'The body is not valid UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError('INVALID_JSON', `The body is not valid JSON at ${placeOfJsonError(text)}.`);
  }
}
