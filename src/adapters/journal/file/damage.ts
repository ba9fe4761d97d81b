import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  type Disk,
  type DiskFile,
  errorCode,
  isDiskFailure,
  readWhole,
  writeWhole,
} from './disk.js';
import type { Reserve } from './reserve.js';

const NAME = 'damaged';
const WORDS = '.txt';
const BYTES = '.bytes';
const COPY_BYTES = 1024 * 1024;

/** Bytes of a file of the journal folder. */
export interface ByteRange {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The folder `damaged/`: bytes that are no frame are copied there, as
 * `<file>@<offset>-<crc>.bytes`, with a `.txt` of the same name that says what they were. It is
 * reported, over restarts too, until a person has emptied the folder. Damage that is met again (at
 * the next start, say) has the same name and is reported once. The words are written last: where they
 * are missing, the copy may have been cut short, and is made anew when its damage is met again.
 */
export class DamagedBytes {
  readonly #reports = new Map<string, string>();
  /** Names whose copy and words an earlier run has written. */
  readonly #written = new Set<string>();
  /** Names whose copy and words are on disk for certain. */
  readonly #kept = new Set<string>();

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly reserve: Reserve,
  ) {}

  get reports(): readonly string[] {
    return [...this.#reports.values()];
  }

  /** Reads what earlier runs have found. */
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
   * Moves bytes aside; they stay where they are, too. False when the copy could not be made, on a full
   * disk say: then the report ends with this run.
   */
  async keep({ file, from, to }: ByteRange, what: string): Promise<boolean> {
    const found = `${file}: what lies at offset ${from} is damaged (${to - from} B): ${what}`;
    const source = await this.#open(file);
    if (source === null) {
      await this.note(`${file}@${from}`, `${found}. The file is gone by now`);
      return true;
    }
    try {
      const name = `${file}@${from}-${await checksum(source, from, to)}`;
      const words = `${found}. It is kept as damaged/${name}${BYTES}`;
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

  /** Something is wrong of which no bytes are left. */
  async note(name: string, what: string): Promise<void> {
    await this.#report(name, what, async () => undefined);
  }

  /** Null when its entries were stored, and it was removed, while the replay still had it open. */
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
        // By an earlier run, which may have been killed before it synced them.
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
      this.#reports.set(name, `${words} (no: that failed with ${errorCode(error)})`);
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
