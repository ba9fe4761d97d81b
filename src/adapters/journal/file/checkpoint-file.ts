import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Version } from '../../../domain/version.js';
import type { Disk, DiskFile } from './disk/disk.js';
import type { JournalFolder } from './journal-folder.js';

export const CHECKPOINT_NAME = 'checkpoint';
/** Magic, sequence number, greatest accepted version, CRC-32 of the 20 bytes before it. */
const MAGIC = 0xff434b02;
const SLOT_BYTES = 24;
/** The format of version 1.0.0: magic, sequence number, CRC-32 of the 12 bytes before it. */
const OLD_MAGIC = 0xff434b01;
const OLD_SLOT_BYTES = 16;
/** The slots are in separate pages, so that a torn write never damages both. */
const SLOT_OFFSETS = [0, 4096] as const;
const FILE_BYTES = 8192;

export interface Checkpoint {
  /** Every entry up to this one is stored. */
  readonly sequence: number;
  /** The greatest accepted version at that time; 0 if unknown. */
  readonly highWater: Version;
}

/**
 * The checkpoint, in two slots of one file. The slots are written one after the other, each synced,
 * a possibly torn or older one first, so that the newest readable one stays intact whenever the
 * power fails. `write` resolves when both are written, so that segments are never removed because
 * of a single slot. The file never grows, so a full disk cannot prevent a checkpoint (except on
 * copy-on-write file systems; the reserve covers those).
 */
export class CheckpointFile {
  /** The checkpoint found when the file was opened; null if neither slot was readable. */
  readonly found: Checkpoint | null;
  /** The offset of the slot that may be torn, or is older; any offset if both are the same. */
  #suspect: number;

  private constructor(
    private readonly folder: JournalFolder,
    private readonly file: DiskFile,
    bytes: Buffer,
  ) {
    const slots = SLOT_OFFSETS.map((offset) => decode(bytes.subarray(offset, offset + SLOT_BYTES)));
    const whole = slots.flatMap((slot) => slot ?? []);
    this.found = whole.length === 0 ? null : whole.reduce(later);
    const [first = null, second = null] = slots;
    this.#suspect = SLOT_OFFSETS[isWorse(first, second) ? 0 : 1];
  }

  static async open(folder: JournalFolder): Promise<CheckpointFile> {
    const { disk, path, reserve } = folder;
    const file = (await disk.list(path)).includes(CHECKPOINT_NAME)
      ? await disk.open(join(path, CHECKPOINT_NAME), 'update')
      : await reserve.spend(() => make(disk, path));
    try {
      // A killed process may have left a slot unsynced, and segments are removed because of it.
      await file.datasync();
      return new CheckpointFile(folder, file, await file.read(0, FILE_BYTES));
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
  }

  async write(checkpoint: Checkpoint): Promise<void> {
    const slot = encode(checkpoint);
    const [first, second] = SLOT_OFFSETS;
    for (const offset of this.#suspect === first ? [first, second] : [second, first]) {
      this.#suspect = offset;
      await this.folder.reserve.spend(() => this.file.write([slot], offset));
      await this.file.datasync();
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Written beside its place and renamed, so that the file is absent or complete. */
async function make(disk: Disk, folder: string): Promise<DiskFile> {
  const path = join(folder, CHECKPOINT_NAME);
  const file = await disk.open(`${path}.new`, 'create');
  try {
    const bytes = Buffer.alloc(FILE_BYTES);
    for (const offset of SLOT_OFFSETS) encode({ sequence: 0, highWater: 0 }).copy(bytes, offset);
    await file.write([bytes], 0);
    await file.datasync();
    await disk.rename(`${path}.new`, path);
    await disk.syncFolder(folder);
    return file;
  } catch (error) {
    await file.close().catch(() => undefined);
    await disk.remove(`${path}.new`).catch(() => undefined);
    throw error;
  }
}

function encode({ sequence, highWater }: Checkpoint): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeUInt32BE(MAGIC, 0);
  slot.writeBigUInt64BE(BigInt(sequence), 4);
  slot.writeBigUInt64BE(BigInt(highWater), 12);
  slot.writeUInt32BE(crc32(slot.subarray(0, 20)), 20);
  return slot;
}

/** Null if the slot is torn or damaged. */
function decode(slot: Buffer): Checkpoint | null {
  if (slot.length < SLOT_BYTES) return null;
  const magic = slot.readUInt32BE(0);
  if (magic !== MAGIC && magic !== OLD_MAGIC) return null;
  const crcAt = (magic === MAGIC ? SLOT_BYTES : OLD_SLOT_BYTES) - 4;
  if (slot.readUInt32BE(crcAt) !== crc32(slot.subarray(0, crcAt))) return null;
  return {
    sequence: Number(slot.readBigUInt64BE(4)),
    highWater: magic === MAGIC ? Number(slot.readBigUInt64BE(12)) : 0,
  };
}

/** Whether a slot is unreadable, or older than the other: a process crashed between the two. */
function isWorse(slot: Checkpoint | null, other: Checkpoint | null): boolean {
  if (slot === null || other === null) return slot === null;
  return slot.sequence < other.sequence || slot.highWater < other.highWater;
}

/** Combines two checkpoints: neither number ever decreases. */
export function later(one: Checkpoint, other: Checkpoint): Checkpoint {
  return {
    sequence: Math.max(one.sequence, other.sequence),
    highWater: Math.max(one.highWater, other.highWater),
  };
}
