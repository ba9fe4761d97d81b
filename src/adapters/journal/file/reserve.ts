import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { type Disk, isDiskFull, SyncFailedError } from './disk.js';

const NAME = 'reserve';

/**
 * A file that only takes up room. What must still be written on a full disk (the checkpoint, the
 * quarantine: without them nothing would ever be freed) gives it up and takes its place. While it
 * is gone, no batch is accepted before it is back.
 */
export class Reserve {
  #held = false;
  #restoring: Promise<void> | null = null;
  #spending = 0;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly bytes: number,
  ) {}

  async open(): Promise<void> {
    this.#held = (await this.disk.list(this.folder)).includes(NAME) && (await this.#isWhole());
    // Without it, appends are refused and try again; what is on disk can be read and stored.
    await this.restore().catch(() => undefined);
  }

  /** Makes it anew if it was given up; rejects when there is no room for it, or it is being spent. */
  async restore(): Promise<void> {
    if (this.#held) return;
    if (this.#spending > 0) throw Object.assign(new Error('in use'), { code: 'ENOSPC' });
    this.#restoring ??= this.#write().finally(() => {
      this.#restoring = null;
    });
    await this.#restoring;
  }

  /** Does `work`, and once more in the room of the reserve when the disk is full. */
  async spend<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await this.#restoring?.catch(() => undefined);
      if (!this.#held) throw error;
      this.#held = false;
      this.#spending += 1;
      try {
        await this.disk.remove(this.#path);
        return await work();
      } finally {
        this.#spending -= 1;
      }
    }
  }

  async #write(): Promise<void> {
    // Random bytes, since a file system may compress others away.
    const filling = randomFillSync(Buffer.allocUnsafe(this.bytes));
    const file = await this.disk.open(this.#path, 'create');
    try {
      await file.write([filling], 0);
      await file.datasync();
    } catch (error) {
      await file.truncate(0).catch(() => undefined);
      // Nothing was acknowledged on the word of this sync, so it may be tried again.
      throw error instanceof SyncFailedError ? error.cause : error;
    } finally {
      await file.close();
    }
    this.#held = true;
  }

  async #isWhole(): Promise<boolean> {
    const file = await this.disk.open(this.#path, 'read');
    try {
      return (await file.size()) === this.bytes;
    } finally {
      await file.close();
    }
  }

  get #path(): string {
    return join(this.folder, NAME);
  }
}
