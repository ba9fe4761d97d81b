import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { type Disk, isDiskFull, SyncFailedError } from './disk.js';

const NAME = 'reserve';

/**
 * A file that only occupies space. If the disk is full, writes that must succeed (the checkpoint,
 * the quarantine: without them no space would ever be freed) delete it and use its space. No batch
 * is accepted before it is restored.
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
    // Without it, appends are refused and retry it; reads and flushes work.
    await this.restore().catch(() => undefined);
  }

  /** Restores it after it was deleted; rejects if there is no space, or it is in use. */
  async restore(): Promise<void> {
    if (this.#held) return;
    if (this.#spending > 0) throw Object.assign(new Error('in use'), { code: 'ENOSPC' });
    this.#restoring ??= this.#write().finally(() => {
      this.#restoring = null;
    });
    await this.#restoring;
  }

  /** Runs `work`, and again in the space of the reserve if the disk is full. */
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
    // Random bytes, since a file system may compress others.
    const filling = randomFillSync(Buffer.allocUnsafe(this.bytes));
    const file = await this.disk.open(this.#path, 'create');
    try {
      await file.write([filling], 0);
      await file.datasync();
    } catch (error) {
      await file.truncate(0).catch(() => undefined);
      // No acknowledgement depends on this sync, so it may be retried.
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
