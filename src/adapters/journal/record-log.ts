/**
 * A durable list of texts, in one file of the journal folder: frames (frame.ts), appended and
 * synced. The quarantine lives in one.
 *
 * Invariants: an append has resolved only if a sync after it has; the file is only ever replaced
 * by a whole and synced one. Recovery is the journal's: a torn tail is cut off, any other damage is
 * copied aside and reported, and reading goes on behind it.
 *
 * It may use the reserve of the folder, so it works on a full disk for a while. After a failed
 * sync it takes nothing more.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type DiskFile, errorCode, SyncFailedError } from './disk.js';
import { encodeHeader, HEADER_BYTES, PAYLOAD } from './frame.js';
import { unavailable } from './group-commit.js';
import type { JournalFolder } from './journal-folder.js';
import { cutTail, replaySegments } from './recovery.js';

export class RecordLog {
  #leave: (() => Promise<void>) | null = null;
  #file: DiskFile | null = null;
  /** Whether a crash would leave the name with this file: a process that was killed may not have synced it. */
  #isNamed = false;
  #bytes = 0;
  #lastSequence = 0;
  #broken: string | null = null;

  constructor(
    private readonly folder: JournalFolder,
    /** Of the file in the folder. */
    readonly name: string,
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  /** Throws ConfigurationError when another process has the folder. */
  async open(): Promise<void> {
    const { disk, path } = this.folder;
    this.#leave = await this.folder.enter();
    try {
      await disk.remove(this.#newPath);
      if (!(await disk.list(path)).includes(this.name)) {
        await this.#write([]);
        return;
      }
      const { bytes, lastSequence } = await cutTail(this.folder, this.name);
      this.#file = await disk.open(this.#path, 'update');
      this.#bytes = bytes;
      this.#lastSequence = lastSequence ?? 0;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** What the log holds, in order. Called before the first change. */
  async *read(): AsyncIterable<string> {
    for await (const { payload } of replaySegments(this.folder, [this], 0)) {
      yield payload.toString('utf8');
    }
  }

  /** Resolves when the texts are on disk; rejects with JOURNAL_UNAVAILABLE. One call at a time. */
  async append(texts: readonly string[]): Promise<void> {
    await this.#guard(async (file) => {
      await this.#syncName();
      const { frames, bytes } = framesOf(texts, this.#lastSequence);
      const at = this.#bytes;
      try {
        await this.folder.reserve.spend(() => file.write(frames, at));
      } catch (error) {
        await this.#cut(file, at);
        throw error;
      }
      await file.datasync();
      this.#bytes += bytes;
      this.#lastSequence += texts.length;
    });
  }

  /** As `append`, and forgets everything else. When it rejects it may have done so, or not. */
  async replace(texts: readonly string[]): Promise<void> {
    await this.#guard(() => this.#write(texts));
  }

  async close(): Promise<void> {
    const [file, leave] = [this.#file, this.#leave];
    this.#file = null;
    this.#leave = null;
    try {
      await file?.close();
    } finally {
      await leave?.();
    }
  }

  async #guard(change: (file: DiskFile) => Promise<void>): Promise<void> {
    if (this.#broken !== null) throw unavailable(this.#broken);
    if (this.#file === null) throw new Error(`${this.name} is not open`);
    try {
      await change(this.#file);
    } catch (error) {
      if (error instanceof SyncFailedError) this.#broken = `${error.message}; restart the service`;
      throw unavailable(this.#broken ?? `${this.name} can't be written (${errorCode(error)})`);
    }
  }

  /** Makes a new file, and puts it in the place of the old one once it is whole. */
  async #write(texts: readonly string[]): Promise<void> {
    const { disk, reserve } = this.folder;
    const { frames, bytes } = framesOf(texts, 0);
    const file = await disk.open(this.#newPath, 'create');
    try {
      await reserve.spend(() => file.write(frames, 0));
      await file.datasync();
      await disk.rename(this.#newPath, this.#path);
    } catch (error) {
      await file.close().catch(() => undefined);
      await disk.remove(this.#newPath).catch(() => undefined);
      throw error;
    }
    // Whatever fails from here on: what has the name now is this file, and the other one is gone.
    const replaced = this.#file;
    this.#file = file;
    this.#isNamed = false;
    this.#bytes = bytes;
    this.#lastSequence = texts.length;
    await replaced?.close().catch(() => undefined);
    await this.#syncName();
  }

  async #syncName(): Promise<void> {
    if (this.#isNamed) return;
    await this.folder.disk.syncFolder(this.folder.path);
    this.#isNamed = true;
  }

  async #cut(file: DiskFile, length: number): Promise<void> {
    try {
      await file.truncate(length);
      await file.datasync();
    } catch (error) {
      throw new SyncFailedError(this.name, error);
    }
  }

  get #path(): string {
    return join(this.folder.path, this.name);
  }

  get #newPath(): string {
    return `${this.#path}.new`;
  }
}

function framesOf(texts: readonly string[], after: number) {
  let bytes = 0;
  const frames = texts.flatMap((text, index) => {
    const payload = Buffer.from(text);
    bytes += HEADER_BYTES + payload.length;
    const header = encodeHeader({
      sequence: after + 1 + index,
      kind: PAYLOAD.record,
      collection: 0,
      payloadBytes: payload.length,
      payloadCrc: crc32(payload),
    });
    return [header, payload];
  });
  return { frames, bytes };
}
