import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  type Disk,
  type DiskFile,
  errorCode,
  isDiskFailure,
  readWhole,
  writeWhole,
} from '../disk/disk.js';
import type { Reserve } from '../disk/reserve.js';

const NAME = 'damaged';
const WORDS = '.txt';
const BYTES = '.bytes';
const COPY_BYTES = 1024 * 1024;

/** A byte range of a file in the journal folder. */
export interface ByteRange {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The folder `damaged/`. Bytes that are not a valid frame are copied there, as
 * `<file>@<offset>-<crc>.bytes`, with a description in a `.txt` of the same name. The damage is
 * reported, across restarts, until a person has emptied the folder. Damage that is found again (for
 * example at the next start) has the same name and is reported once. The description is written
 * last: if it is missing, the copy may be incomplete, and is written again when its damage is found
 * again.
 */
export class DamagedBytes {
  readonly #reports = new Map<string, string>();
  /** Names whose copy and description were written by an earlier run. */
  readonly #written = new Set<string>();
  /** Names whose copy and description are synced to disk. */
  readonly #kept = new Set<string>();

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly reserve: Reserve,
  ) {}

  get reports(): readonly string[] {
    return [...this.#reports.values()];
  }

  /** Reads the reports of earlier runs. */
  async open(): Promise<void> {
    this.#reports.clear();
    this.#kept.clear();
    this.#written.clear();
    const names = await this.disk.list(this.#path);
    for (const name of names.filter((each) => each.endsWith(WORDS))) {
      const words = (await readWhole(this.disk, join(this.#path, name))).toString('utf8');
      if (words === '') continue;
      this.#reports.set(stem(name), words);
      this.#written.add(stem(name));
    }
    for (const name of names) {
      if (!this.#reports.has(stem(name))) this.#reports.set(stem(name), `damaged/${name}`);
    }
  }

  /**
   * Copies the bytes to `damaged/`; they also stay in place. Returns false if the copy failed, for
   * example on a full disk: then the report ends with this run.
   */
  async keep({ file, from, to }: ByteRange, what: string): Promise<boolean> {
    const found = `${file}: damage at offset ${from} (${to - from} B): ${what}`;
    const source = await this.#open(file);
    if (source === null) {
      await this.note(`${file}@${from}`, `${found}. The file has been removed meanwhile`);
      return true;
    }
    try {
      const name = `${file}@${from}-${await checksum(source, from, to)}`;
      const words = `${found}. Copy: damaged/${name}${BYTES}`;
      return await this.#report(name, words, async (path) => {
        const copy = await this.disk.open(`${path}${BYTES}`, 'create');
        try {
          for (let at = from; at < to; at += COPY_BYTES) {
            const piece = await source.read(at, Math.min(COPY_BYTES, to - at));
            await copy.write([piece], at - from);
          }
          await copy.datasync();
        } finally {
          await copy.close();
        }
      });
    } finally {
      await source.close();
    }
  }

  /** Reports a problem without bytes to keep. */
  async note(name: string, what: string): Promise<void> {
    await this.#report(name, what, async () => undefined);
  }

  /**
   * Null if the entries of the file were stored and it was removed while the replay still had it
   * open.
   */
  async #open(file: string): Promise<DiskFile | null> {
    try {
      return await this.disk.open(join(this.folder, file), 'read');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  async #report(name: string, words: string, copy: (path: string) => Promise<void>) {
    if (this.#kept.has(name)) return true;
    const path = join(this.#path, name);
    try {
      if (this.#written.has(name)) {
        // Written by an earlier run, which may have been killed before it synced them.
        await syncWhole(this.disk, `${path}${WORDS}`);
      } else {
        this.#reports.set(name, words);
        await this.reserve.spend(async () => {
          await this.disk.makeFolder(this.#path);
          await copy(path);
          await writeWhole(this.disk, `${path}${WORDS}`, Buffer.from(words));
        });
      }
      await this.disk.syncFolder(this.#path);
      this.#kept.add(name);
      return true;
    } catch (error) {
      if (!isDiskFailure(error)) throw error;
      this.#reports.set(name, `${words} (the copy failed: ${errorCode(error)})`);
      return false;
    }
  }

  get #path(): string {
    return join(this.folder, NAME);
  }
}

function stem(name: string): string {
  return name.endsWith(WORDS)
    ? name.slice(0, -WORDS.length)
    : name.endsWith(BYTES)
      ? name.slice(0, -BYTES.length)
      : name;
}

async function syncWhole(disk: Disk, path: string): Promise<void> {
  const file = await disk.open(path, 'update');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function checksum(file: DiskFile, from: number, to: number): Promise<string> {
  let crc = 0;
  for (let at = from; at < to; at += COPY_BYTES) {
    crc = crc32(await file.read(at, Math.min(COPY_BYTES, to - at)), crc);
  }
  return crc.toString(16).padStart(8, '0');
}
