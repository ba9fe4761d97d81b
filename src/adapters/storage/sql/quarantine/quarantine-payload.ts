import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Write } from '../../../../domain/write.js';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/**
 * Bytes of JSON from which a write is compressed. JSON takes up to six times the bytes of a text
 * (control characters), and a statement doubles what it must escape: 4 MiB of a valid record would
 * not fit into a server's packet of 16 MiB.
 */
const COMPRESSED_FROM = 1024 * 1024;
const LEVEL = 1;

export interface Payload {
  /** JSON, or the base64 of compressed JSON, whose first character cannot start JSON. */
  readonly text: string;
  /** Bytes of the JSON: approximately the memory of the write. */
  readonly bytes: number;
}

/** Converts a write to the text that a row of the quarantine contains. */
export async function pack(write: Write): Promise<Payload> {
  const json = JSON.stringify(write);
  const bytes = Buffer.byteLength(json);
  if (bytes < COMPRESSED_FROM) return { text: json, bytes };
  return { text: (await deflate(json, { level: LEVEL })).toString('base64'), bytes };
}

export async function unpack(text: string): Promise<Write> {
  if (text.startsWith('{')) return JSON.parse(text) as Write;
  return JSON.parse((await inflate(Buffer.from(text, 'base64'))).toString()) as Write;
}
