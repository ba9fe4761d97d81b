import type { Stats } from 'node:fs';
import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../../../ports/configuration-error.js';
import { failureOf, toOpenError } from '../sqlite-errors.js';
import { FileLock, holderOf, LOCK_SUFFIX } from './file-lock.js';
import { nameOf } from './same-file.js';

export interface PlaceSettings {
  /** Absolute. */
  readonly path: string;
  /** Locks out other services; false for a command that reads or migrates the file. */
  readonly exclusive: boolean;
  /** Whether the file may be created. */
  readonly mayMake: boolean;
}

/**
 * The location of the database file: its folder, which is created if it is missing, and its lock.
 */
export class DatabasePlace {
  #made: readonly string[] = [];
  #lock: FileLock | null = null;

  constructor(
    private readonly backend: string,
    private readonly settings: PlaceSettings,
  ) {}

  /**
   * Called before the file is opened, each time. Throws ConfigurationError if the path cannot be a
   * database, or another service uses the file; StorageUnavailableError if the failure may be
   * temporary.
   */
  async claim(): Promise<void> {
    const { path, exclusive, mayMake } = this.settings;
    try {
      await refuseOther(path);
      if (mayMake) await this.#makeFolder(dirname(path));
      // Without a file that exists or may be created, there is nothing to lock.
      if (exclusive && (mayMake || (await isThere(path)))) await this.#lockFile();
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      throw toOpenError(this.backend, path, failureOf(error));
    }
  }

  /** Releases the lock, and removes folders that were created and are empty. */
  async release(): Promise<void> {
    this.#lock?.release();
    this.#lock = null;
    for (const folder of this.#made) await rmdir(folder).catch(() => undefined);
    this.#made = [];
  }

  async #makeFolder(folder: string): Promise<void> {
    const topmost = await mkdir(folder, { recursive: true });
    if (topmost === undefined) return;
    const made = [folder];
    for (let each = folder; each !== topmost; each = dirname(each)) made.push(dirname(each));
    this.#made = made;
  }

  async #lockFile(): Promise<void> {
    const { path } = this.settings;
    const lock = `${await nameOf(path)}${LOCK_SUFFIX}`;
    if (this.#lock?.path === lock && this.#lock.isThere) return;
    this.#lock?.release();
    this.#lock = FileLock.take(lock);
    if (this.#lock !== null) return;
    throw new ConfigurationError(
      `sqlite.path: ${path} is in use by ${holderOf(lock)}. Two services must not share a database file: stop the other, or set sqlite.path.`,
    );
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await found(path)) !== null;
}

async function refuseOther(path: string): Promise<void> {
  const file = await found(path);
  if (file === null || file.isFile()) return;
  throw new ConfigurationError(
    file.isDirectory()
      ? `sqlite.path: ${path} is a folder. Set the path of a file, for example ${join(path, 'persistence.db')}.`
      : `sqlite.path: ${path} is not a regular file. Set the path of an existing or a new file.`,
  );
}

async function found(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
