import { join } from 'node:path';
import type { Clock } from '../../../ports/clock.js';
import { ConfigurationError } from '../../../ports/configuration-error.js';
import { type Disk, errorCode, type Unlock } from './disk/disk.js';
import { lockFolder } from './disk/lock.js';
import { NodeDisk } from './disk/node-disk.js';
import { Reserve } from './disk/reserve.js';
import { DamagedBytes } from './segments/damage.js';

const RESERVE_BYTES = 4 * 1024 * 1024;
/** The files of a folder without any writes. The lock is removed last. */
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

/** The shared resources of one journal folder: the lock, the reserve, and the damage report. */
export class JournalFolder {
  readonly disk: Disk;
  readonly reserve: Reserve;
  readonly damage: DamagedBytes;
  readonly clock: Clock;
  #users = 0;
  #unlock: Promise<Unlock> | null = null;
  /** Folders created by this run, innermost first. */
  #made: readonly string[] = [];
  #isGivenUp = false;

  /** The journal of a service and the reader of its old quarantine share one object. */
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
   * Creates the folder if necessary, and locks it for this process until every user has left.
   * Throws ConfigurationError if another process has it or it is not writable. Returns a function
   * to leave; calling it twice is harmless.
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
   * Call after a failed start: folders created by this run are removed when the last user leaves,
   * unless something was written to them.
   */
  giveUp(): void {
    this.#isGivenUp = true;
  }

  /**
   * The names in the folder, without creating or locking it; empty if the folder does not exist.
   * Throws ConfigurationError if it is not readable.
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

  /** Removes folders created by this run, unless something was written to them. */
  async #takeBack(unlock: Unlock): Promise<void> {
    try {
      // While the folder is locked, so that no other process has started to use it.
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
      `The journal folder ${this.path} cannot be used (${errorCode(cause)}). Make it writable for this user, or set buffer.journal_path.`,
      { cause },
    );
  }
}
