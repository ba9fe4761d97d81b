import { join } from 'node:path';
import { ConfigurationError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';
import { DamagedBytes } from './damage.js';
import { type Disk, errorCode, type Unlock } from './disk.js';
import { lockFolder } from './lock.js';
import { NodeDisk } from './node-disk.js';
import { Reserve } from './reserve.js';

const RESERVE_BYTES = 4 * 1024 * 1024;
/** What is in a folder to which nothing was written yet. The lock is the last to go. */
const EMPTY_JOURNAL = [
  'checkpoint',
  'instance',
  'instance.new',
  'reserve',
  'lock-holder.json',
  'lock-journal',
  'lock',
];

export interface JournalFolderOptions {
  readonly clock: Clock;
  readonly disk?: Disk;
  /** Default: 4 MiB. */
  readonly reserveBytes?: number;
}

/** What the files of one journal folder share: the lock, the reserve, and the report of damage. */
export class JournalFolder {
  readonly disk: Disk;
  readonly reserve: Reserve;
  readonly damage: DamagedBytes;
  readonly clock: Clock;
  #users = 0;
  #unlock: Promise<Unlock> | null = null;
  /** The folders that this run has made, the innermost first. */
  #made: readonly string[] = [];
  #isGivenUp = false;

  /** The journal of a service, and what reads its old quarantine, are given the same object. */
  constructor(
    readonly path: string,
    { clock, disk = new NodeDisk(), reserveBytes = RESERVE_BYTES }: JournalFolderOptions,
  ) {
    this.clock = clock;
    this.disk = disk;
    this.reserve = new Reserve(disk, path, reserveBytes);
    this.damage = new DamagedBytes(disk, path, this.reserve);
  }

  /**
   * Makes the folder if need be, and locks it for this process until all who entered have left.
   * Throws ConfigurationError when another process has it or it can't be written to. The result leaves; leaving twice is
   * harmless.
   */
  async enter(): Promise<() => Promise<void>> {
    this.#users += 1;
    this.#unlock ??= this.#open();
    let inside = true;
    const leave = async () => {
      if (!inside) return;
      inside = false;
      this.#users -= 1;
      if (this.#users > 0) return;
      const unlock = this.#unlock;
      this.#unlock = null;
      await unlock?.then((release) => (this.#isGivenUp ? this.#takeBack(release) : release()));
    };
    try {
      await this.#unlock;
    } catch (error) {
      await leave().catch(() => undefined);
      throw error;
    }
    return leave;
  }

  /**
   * The start has failed: what this run has made of a folder that was missing goes away when the
   * last one leaves, unless something was written to it.
   */
  giveUp(): void {
    this.#isGivenUp = true;
  }

  /**
   * The names in the folder, which is neither made nor locked for it; none when there is no such
   * folder. Throws ConfigurationError when it can't be read.
   */
  async names(): Promise<readonly string[]> {
    try {
      return await this.disk.list(this.path);
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  async #open(): Promise<Unlock> {
    const unlock = await this.#makeAndLock();
    try {
      await this.reserve.open();
      await this.damage.open();
    } catch (error) {
      await this.#takeBack(unlock);
      throw error;
    }
    return unlock;
  }

  async #makeAndLock(): Promise<Unlock> {
    try {
      this.#made = await this.disk.makeFolder(this.path);
      return await lockFolder(this.disk, this.path, this.clock);
    } catch (error) {
      for (const made of this.#made) await this.disk.removeFolder(made);
      throw error instanceof ConfigurationError ? error : this.#unusable(error);
    }
  }

  /** Leaves no folder that this run has made, unless something was written to it. */
  async #takeBack(unlock: Unlock): Promise<void> {
    try {
      // While it is locked, so that nobody else has begun to use it.
      if (this.#made.length > 0 && (await this.#isUnused())) {
        for (const name of EMPTY_JOURNAL) await this.disk.remove(join(this.path, name));
      }
    } finally {
      await unlock();
    }
    for (const made of this.#made) await this.disk.removeFolder(made);
  }

  async #isUnused(): Promise<boolean> {
    const names = await this.disk.list(this.path);
    return names.every((name) => EMPTY_JOURNAL.includes(name));
  }

  #unusable(cause: unknown): ConfigurationError {
    return new ConfigurationError(
      `The journal folder ${this.path} can't be used (${errorCode(cause)}). Make it writable for this user, or set buffer.journal_path.`,
      { cause },
    );
  }
}
