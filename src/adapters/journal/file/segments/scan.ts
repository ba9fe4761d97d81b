/**
 * Reads a file of frames from front to back and classifies every byte.
 *
 * A frame is valid if its magic, both CRCs and its length are correct and its sequence number is
 * greater than that of the previous frame. If no valid frame begins at a position, the next one is
 * searched by its magic; the bytes between are damaged. The bytes after the last valid frame are the
 * tail, which is either
 *
 * - torn: the truncated beginning of one frame (or zeros, if the file system had extended the file
 *   but not yet written to it). An interrupted write leaves this; it was never acknowledged.
 * - or damaged: anything else. A complete last frame with a wrong CRC can come from a write whose
 *   blocks reached the disk out of order, or from a flipped bit in an acknowledged entry. The two
 *   cannot be distinguished, so damage is assumed.
 */
import { crc32 } from 'node:zlib';
import { BlockReader } from '../disk/block-reader.js';
import type { DiskFile } from '../disk/disk.js';
import { decodeHeader, type Frame, type FrameHeader, HEADER_BYTES, MAGIC } from './frame.js';

export type Scanned =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'damaged'; readonly from: number; readonly to: number }
  | { readonly kind: 'tail'; readonly from: number; readonly to: number; readonly torn: boolean };

const SEARCH_BYTES = 1024 * 1024;

/** Frames must have a number greater than `after`. Keeps one block, or one longer frame. */
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

/** Position of the next valid frame, at `from` or later. */
async function nextFrame(
  reader: BlockReader,
  from: number,
  previous: number,
): Promise<number | null> {
  let position = from;
  while (position < reader.size) {
    const found = (await reader.at(position, SEARCH_BYTES)).indexOf(MAGIC);
    if (found < 0) {
      // The magic may span the end of these bytes.
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
