/**
 * Everything that the journal asks of a disk, so that tests can put a disk in its place that
 * forgets what was not synced, runs full, or fails.
 *
 * To its implementer:
 * - What was written to a file survives a crash once `datasync` has resolved; which names a folder
 *   holds survives once `syncFolder` has. Before that, any part of it may or may not.
 * - A failed `datasync` or `syncFolder` rejects with SyncFailedError: the kernel may have dropped
 *   the data and forgotten that it did, so nobody may sync again and believe the result.
 * - Other failures reject with an error that has the `code` of the system call, such as `ENOSPC`.
 */
export interface Disk {
  /** With its missing parents, durably. Returns which it made, the innermost first. */
  makeFolder(path: string): Promise<readonly string[]>;
  /** Nothing happens when it holds something, or is not there. */
  removeFolder(path: string): Promise<void>;
  /** The names in a folder, sorted; none when there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
  /** `read` and `update` want the file to be there (`ENOENT`); `create` makes it, or empties it. */
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when there is no such file. */
  remove(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  /**
   * Null when someone else holds it. The lock ends with the process, however that ends. Its file may
   * be removed by whoever holds it: a lock only counts while its file is there.
   */
  lock(path: string): Promise<Unlock | null>;
}

export type OpenMode = 'read' | 'update' | 'create';
export type Unlock = () => Promise<void>;

export interface DiskFile {
  size(): Promise<number>;
  /** Fewer bytes than asked for only at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
  /** All of it, or rejects; then any part of it may be there. */
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

/** No room, or a quota of the file system is used up: may pass by itself. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The system, and not this program, is at fault. */
export function isDiskFailure(error: unknown): boolean {
  return error instanceof SyncFailedError || (error instanceof Error && 'code' in error);
}

export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}

/** Replaces what the file holds, durably; a new name still needs `syncFolder`. */
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
