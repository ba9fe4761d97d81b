import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Disk, DiskFile } from './disk.js';
import type { JournalFolder } from './journal-folder.js';

const NAME = 'checkpoint';
const MAGIC = 0xff434b01;
const SLOT_BYTES = 16;
/** The slots lie in pages of their own, so that a torn write never hits both. */
const SLOT_OFFSETS = [0, 4096] as const;
const FILE_BYTES = 8192;

/**
 * Up to which sequence number everything is stored, in two slots of one file: magic, sequence
 * number (8 bytes), CRC-32 of both. They are written one after the other, each synced, so that one
 * of them is whole whenever the power fails; and `write` resolves when both are, so that segments
 * are never removed on the word of a single slot. The file never grows, so a full disk can't stop
 * it (but for file systems that copy on write; the reserve is for those).
 */
export class CheckpointFile {
  private constructor(
    private readonly folder: JournalFolder,
    private readonly file: DiskFile,
    /** What the file said when it was opened; null when neither slot could be read. */
    readonly found: number | null,
  ) {}

  static async open(folder: JournalFolder): Promise<CheckpointFile> {
    const { disk, path, reserve } = folder;
    const file = (await disk.list(path)).includes(NAME)
      ? await disk.open(join(path, NAME), 'update')
      : await reserve.spend(() => make(disk, path));
    try {
      // A process that was killed may have left a slot unsynced, and segments go on its word.
      await file.datasync();
      return new CheckpointFile(folder, file, newest(await file.read(0, FILE_BYTES)));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async write(sequence: number): Promise<void> {
    const slot = encode(sequence);
    for (const offset of SLOT_OFFSETS) {
      await this.folder.reserve.spend(() => this.file.write([slot], offset));
      await this.file.datasync();
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Written beside its place and renamed, so that there is none, or a whole one. */
async function make(disk: Disk, folder: string): Promise<DiskFile> {
  const path = join(folder, NAME);
  const file = await disk.open(`${path}.new`, 'create');
  try {
    const bytes = Buffer.alloc(FILE_BYTES);
    for (const offset of SLOT_OFFSETS) encode(0).copy(bytes, offset);
    await file.write([bytes], 0);
    await file.datasync();
    await disk.rename(`${path}.new`, path);
    await disk.syncFolder(folder);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function encode(sequence: number): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeUInt32BE(MAGIC, 0);
  slot.writeBigUInt64BE(BigInt(sequence), 4);
  slot.writeUInt32BE(crc32(slot.subarray(0, 12)), 12);
  return slot;
}

function newest(bytes: Buffer): number | null {
  const sequences = SLOT_OFFSETS.flatMap((offset) => {
    const slot = bytes.subarray(offset, offset + SLOT_BYTES);
    const isWhole =
      slot.length === SLOT_BYTES &&
      slot.readUInt32BE(0) === MAGIC &&
      slot.readUInt32BE(12) === crc32(slot.subarray(0, 12));
    return isWhole ? [Number(slot.readBigUInt64BE(4))] : [];
  });
  return sequences.length === 0 ? null : Math.max(...sequences);
}
