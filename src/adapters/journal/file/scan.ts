/**
 * Reads a file of frames from front to back and says what every byte of it is.
 *
 * A frame is valid when its magic, both CRCs and its length are right and its sequence number is
 * greater than that of the frame before it. Where no valid frame begins, the next one is searched
 * for by its magic; what lies between is damaged. What follows the last valid frame is the tail,
 * and the tail is either
 *
 * - torn: the beginning of one frame, cut short (or zeros, where the file system had made the file
 *   longer but not yet written to it). A write that a crash interrupted looks so; it was never
 *   answered.
 * - or damaged: anything else. A last frame of full length with a wrong CRC can come from a write
 *   whose blocks reached the disk out of order, or from a bit that flipped in an answered entry.
 *   The bytes do not tell, so the graver is assumed.
 */
import { crc32 } from 'node:zlib';
import { BlockReader } from './block-reader.js';
import type { DiskFile } from './disk.js';
import { decodeHeader, type Frame, type FrameHeader, HEADER_BYTES, MAGIC } from './frame.js';

export type Scanned =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'damaged'; readonly from: number; readonly to: number }
  | { readonly kind: 'tail'; readonly from: number; readonly to: number; readonly torn: boolean };

const SEARCH_BYTES = 1024 * 1024;

/** Frames must come after sequence number `after`. Holds one block, or one frame that is longer. */
export async function* scan(file: DiskFile, after: number): AsyncGenerator<Scanned, void> {
  const reader = new BlockReader(file, await file.size());
  let position = 0;
  let previous = after;
  while (position < reader.size) {
    const frame = await frameAt(reader, position, previous);
    if (frame === null) {
      const next = await nextFrame(reader, position + 1, previous);
      if (next === null) {
        const torn = await isTorn(reader, position, previous);
        yield { kind: 'tail', from: position, to: reader.size, torn };
        return;
      }
      yield { kind: 'damaged', from: position, to: next };
      position = next;
    } else {
      previous = frame.sequence;
      position += HEADER_BYTES + frame.payloadBytes;
      yield { kind: 'frame', frame };
    }
  }
}

async function headerAt(
  reader: BlockReader,
  position: number,
  previous: number,
): Promise<FrameHeader | null> {
  const header = decodeHeader(await reader.at(position, HEADER_BYTES));
  return header !== null && header.sequence > previous ? header : null;
}

async function frameAt(
  reader: BlockReader,
  position: number,
  previous: number,
): Promise<Frame | null> {
  const header = await headerAt(reader, position, previous);
  if (header === null) return null;
  const payload = await reader.at(position + HEADER_BYTES, header.payloadBytes);
  if (payload.length < header.payloadBytes || crc32(payload) !== header.payloadCrc) return null;
  return { ...header, payload };
}

/** Where the next valid frame begins, at `from` or later. */
async function nextFrame(
  reader: BlockReader,
  from: number,
  previous: number,
): Promise<number | null> {
  let position = from;
  while (position < reader.size) {
    const found = (await reader.at(position, SEARCH_BYTES)).indexOf(MAGIC);
    if (found < 0) {
      // The magic may lie across the end of these bytes.
      position += SEARCH_BYTES - (MAGIC.length - 1);
    } else {
      position += found;
      if ((await frameAt(reader, position, previous)) !== null) return position;
      position += 1;
    }
  }
  return null;
}

async function isTorn(reader: BlockReader, from: number, previous: number): Promise<boolean> {
  const begin = await reader.at(from, HEADER_BYTES);
  if (await isZero(reader, from)) return true;
  if (begin.length < HEADER_BYTES) {
    const length = Math.min(begin.length, MAGIC.length);
    return begin.subarray(0, length).equals(MAGIC.subarray(0, length));
  }
  const header = await headerAt(reader, from, previous);
  return header !== null && from + HEADER_BYTES + header.payloadBytes > reader.size;
}

async function isZero(reader: BlockReader, from: number): Promise<boolean> {
  for (let position = from; position < reader.size; position += SEARCH_BYTES) {
    const bytes = await reader.at(position, SEARCH_BYTES);
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}
