import { renameSync } from 'node:fs';
import { LOCK_SUFFIX } from './file-lock.js';
import { fileAt } from './same-file.js';

interface WatchedFile {
  readonly path: string;
  readonly code: MovedCode;
  /** What it is, in words. */
  readonly what: string;
  /** Null until it exists: SQLite creates the log when it first needs it. */
  file: string | null;
}

export const MOVED = {
  FILE_MOVED: 'the database file',
  LOG_MOVED: 'the write-ahead log of the database',
  LOCK_MOVED: 'the lock of the database file',
} as const;

export type MovedCode = keyof typeof MOVED;

/** A name no longer leads to the open file. */
export class FileMoved extends Error {
  constructor(
    readonly code: MovedCode,
    message: string,
  ) {
    super(message);
  }
}

export const UNREACHABLE = 'UNREACHABLE';

/** Whether a name still leads to the open file cannot be seen: a folder denies access, for example. */
class FileUnreachable extends Error {
  readonly code = UNREACHABLE;
}

/**
 * The files of an open connection. SQLite itself continues to write to a deleted file, and reports
 * a commit; that data is lost when the process ends.
 */
export class WatchedFiles {
  readonly #files: readonly WatchedFile[];

  /**
   * Called right after the database was opened. `path` is as configured, because the target of a
   * link may change; `name` is the name of the file itself.
   */
  constructor(path: string, name: string, isLocked: boolean) {
    const watched = (code: MovedCode, at: string): WatchedFile => {
      return { code, what: MOVED[code], path: at, file: fileAt(at) };
    };
    this.#files = [
      watched('FILE_MOVED', path),
      watched('LOG_MOVED', `${name}-wal`),
      ...(isLocked ? [watched('LOCK_MOVED', `${name}${LOCK_SUFFIX}`)] : []),
    ];
  }

  /**
   * Renames the open log if another database file has replaced its own: SQLite would use it as the
   * log of the new file, and corrupt that file.
   */
  setLogAside(): void {
    const [database, log] = this.#files;
    if (database === undefined || log === undefined) return;
    const isStrange = fileAt(database.path) !== database.file && fileAt(log.path) === log.file;
    if (isStrange && log.file !== null)
      renameSync(log.path, `${log.path}.of-earlier-file.${Date.now()}`);
  }

  /** Throws FileMoved, and FileUnreachable. About 10 µs. */
  check(): void {
    for (const watched of this.#files) {
      const found = foundAt(watched);
      watched.file ??= found;
      if (watched.file === found) continue;
      const fate = found === null ? 'removed' : 'replaced by another one';
      throw new FileMoved(watched.code, `${watched.what} was ${fate} while it was open`);
    }
  }
}

function foundAt({ path, what }: WatchedFile): string | null {
  try {
    return fileAt(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new FileUnreachable(
      `${what} cannot be reached (${code}): check the folders on its path, and their permissions`,
    );
  }
}
