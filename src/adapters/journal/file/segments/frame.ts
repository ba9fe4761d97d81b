/**
 * A frame: one record of an append-only file, which can be found and validated on its own.
 *
 *     offset  bytes
 *          0      4  magic FF 4A 01 FE: no UTF-8 text holds FF or FE; 01 is the version of the format
 *          4      4  length of the payload
 *          8      8  sequence number
 *         16      1  kind of the payload
 *         17      1  collection, 0 for none
 *         18      2  zero
 *         20      4  CRC-32 of the payload
 *         24      4  CRC-32 of the 24 bytes before it
 *         28         payload
 *
 * Numbers are big-endian. The header has its own CRC, so that the length is trusted before the
 * payload is read: this distinguishes a truncated frame from one with a damaged length.
 */
import { crc32 } from 'node:zlib';

export const MAGIC = Buffer.from([0xff, 0x4a, 0x01, 0xfe]);
export const HEADER_BYTES = 28;
/** The longest string of V8. */
export const MAX_PAYLOAD_BYTES = 512 * 1024 * 1024 - 1024;

/**
 * Kinds of payload. `writes`: the entries of versions up to 1.0.0, a JSON list of writes. 2 is
 * reserved for the original bytes of a request. `record`: a record of the earlier quarantine log.
 * `rows`: an entry, a JSON list of blocks (write-rows.ts).
 */
export const PAYLOAD = { writes: 1, record: 3, rows: 4 } as const;

export interface FrameHeader {
  readonly sequence: number;
  readonly kind: number;
  readonly collection: number;
  readonly payloadBytes: number;
  readonly payloadCrc: number;
}

export interface Frame extends FrameHeader {
  readonly payload: Buffer;
}

export function encodeHeader(header: FrameHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32BE(header.payloadBytes, 4);
  bytes.writeBigUInt64BE(BigInt(header.sequence), 8);
  bytes.writeUInt8(header.kind, 16);
  bytes.writeUInt8(header.collection, 17);
  bytes.writeUInt32BE(header.payloadCrc, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 24)), 24);
  return bytes;
}

/** Null if the bytes do not start with a complete and valid header. */
export function decodeHeader(bytes: Buffer): FrameHeader | null {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  if (crc32(bytes.subarray(0, 24)) !== bytes.readUInt32BE(24)) return null;
  const payloadBytes = bytes.readUInt32BE(4);
  if (payloadBytes > MAX_PAYLOAD_BYTES) return null;
  return {
    sequence: Number(bytes.readBigUInt64BE(8)),
    kind: bytes.readUInt8(16),
    collection: bytes.readUInt8(17),
    payloadBytes,
    payloadCrc: bytes.readUInt32BE(20),
  };
}
