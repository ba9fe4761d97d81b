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
  /** Keeps other services from the file; a command that looks at it, or migrates it, does not. */
  readonly exclusive: boolean;
  /** Whether the file may be made. */
  readonly mayMake: boolean;
}

/** Where the database file is: its folder, which is made when it is missing, and its lock. */
export class DatabasePlace {
  #made: readonly string[] = [];
  #lock: FileLock | null = null;

  constructor(
    private readonly backend: string,
    private readonly settings: PlaceSettings,
  ) {}

  /**
   * Before the file is opened, each time. Throws ConfigurationError when the path can't be that of a
   * database, or another service has the file; StorageUnavailableError when that may pass.
   */
  async claim(): Promise<void> {
    const { path, exclusive, mayMake } = this.settings;
    try {
      await refuseOther(path);
      if (mayMake) await this.#makeFolder(dirname(path));
      // Where no file is and none may be made, there is nothing to lock.
      if (exclusive && (mayMake || (await isThere(path)))) await this.#lockFile();
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      throw toOpenError(this.backend, path, failureOf(error));
    }
  }

  /** Lets others have the file; takes back folders that were made and hold nothing. */
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
      ? `sqlite.path: ${path} is a folder. Give the path of a file, such as ${join(path, 'persistence.db')}.`
      : `sqlite.path: ${path} is no regular file. Give the path of one, or of one that is to be made.`,
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
