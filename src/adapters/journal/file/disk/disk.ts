/**
 * All disk operations of the journal, so that tests can use a disk that loses unsynced data, is
 * full, or fails.
 *
 * Contract for implementers:
 * - Data written to a file survives a crash once `datasync` has resolved; the names in a folder
 *   survive once `syncFolder` has. Before that, any part may or may not survive.
 * - A failed `datasync` or `syncFolder` rejects with SyncFailedError: the kernel may have dropped
 *   the data and forgotten the failure, so a second sync must not be trusted.
 * - Other failures reject with an error that has the `code` of the system call, such as `ENOSPC`.
 */
export interface Disk {
  /** Creates missing parents too, durably. Returns the created folders, innermost first. */
  makeFolder(path: string): Promise<readonly string[]>;
  /** Does nothing if the folder is not empty or does not exist. */
  removeFolder(path: string): Promise<void>;
  /** The names in a folder, sorted; empty if the folder does not exist. */
  list(folder: string): Promise<readonly string[]>;
  /**
   * `read` and `update` require the file to exist (`ENOENT`); `create` creates it, or empties it.
   */
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** Does nothing if the file does not exist. */
  remove(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  /**
   * Null if another process holds the lock. The lock ends with the process, in any case. The holder
   * may remove the file: a lock is valid only while its file exists.
   */
  lock(path: string): Promise<Unlock | null>;
}

export type OpenMode = 'read' | 'update' | 'create';
export type Unlock = () => Promise<void>;

export interface DiskFile {
  size(): Promise<number>;
  /** Fewer bytes than requested only at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
  /** Writes everything, or rejects; then any part may be written. */
  write(data: readonly Uint8Array[], position: number): Promise<void>;
  truncate(length: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

export class SyncFailedError extends Error {
  override readonly name = 'SyncFailedError';

  constructor(what: string, cause: unknown) {
    super(`${what} could not be synced (${errorCode(cause)})`, { cause });
  }
}

/** No space, or a quota of the file system is used up: may be temporary. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The system, not this program, is at fault. */
export function isDiskFailure(error: unknown): boolean {
  return error instanceof SyncFailedError || (error instanceof Error && 'code' in error);
}

export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}

/** Replaces the content of the file, durably; a new name still needs `syncFolder`. */
export async function writeWhole(disk: Disk, path: string, data: Uint8Array): Promise<void> {
  const file = await disk.open(path, 'create');
  try {
    await file.write([data], 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** All bytes of a small file. */
export async function readWhole(disk: Disk, path: string): Promise<Buffer> {
  const file = await disk.open(path, 'read');
  try {
    return await file.read(0, await file.size());
  } finally {
    await file.close();
  }
}
