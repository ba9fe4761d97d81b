import { statSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { openDatabase } from '../../../sqlite-driver/open-database.js';
import { type Disk, type DiskFile, type OpenMode, SyncFailedError, type Unlock } from './disk.js';

const FLAGS: Readonly<Record<OpenMode, string>> = { read: 'r', update: 'r+', create: 'w+' };

/** The local file system. */
export class NodeDisk implements Disk {
  async makeFolder(path: string): Promise<readonly string[]> {
    const wanted = resolve(path);
    const topmost = await mkdir(wanted, { recursive: true });
    if (topmost === undefined) return [];
    const made = [wanted];
    for (let each = wanted; each !== topmost; each = dirname(each)) made.push(dirname(each));
    try {
      for (const each of made) await this.syncFolder(dirname(each));
    } catch (error) {
      // Otherwise the next call would find it and consider it durable.
      for (const each of made) await this.removeFolder(each);
      throw error;
    }
    return made;
  }

  async removeFolder(path: string): Promise<void> {
    await rmdir(path).catch(() => undefined);
  }

  async list(folder: string): Promise<readonly string[]> {
    try {
      return (await readdir(folder)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    return new NodeFile(path, await open(path, FLAGS[mode]));
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(from, to);
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async syncFolder(path: string): Promise<void> {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } catch (error) {
      throw new SyncFailedError(path, error);
    } finally {
      // A failure here must not hide the error of the sync.
      await folder.close().catch(() => undefined);
    }
  }

  /** A transaction on an empty SQLite file; lock.ts gives the reason. */
  async lock(path: string): Promise<Unlock | null> {
    for (;;) {
      const before = inodeOf(path);
      const database = openDatabase(path, { timeout: 0 });
      try {
        database.exec('BEGIN EXCLUSIVE');
      } catch (error) {
        database.close();
        if ((error as { readonly code?: string }).code === 'SQLITE_BUSY') return null;
        throw error;
      }
      // The first call creates the file. Later, a previous holder may have removed it meanwhile.
      if (before !== null && before === inodeOf(path)) {
        return async () => {
          database.close();
        };
      }
      database.close();
    }
  }
}

function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

class NodeFile implements DiskFile {
  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  async size(): Promise<number> {
    return (await this.handle.stat()).size;
  }

  async read(position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.handle.read(
        bytes,
        filled,
        length - filled,
        position + filled,
      );
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  async write(data: readonly Uint8Array[], position: number): Promise<void> {
    let rest = data.filter(({ byteLength }) => byteLength > 0);
    let at = position;
    while (rest.length > 0) {
      const { bytesWritten } = await this.handle.writev(rest, at);
      at += bytesWritten;
      rest = without(rest, bytesWritten);
    }
  }

  async truncate(length: number): Promise<void> {
    await this.handle.truncate(length);
  }

  async datasync(): Promise<void> {
    try {
      await this.handle.datasync();
    } catch (error) {
      throw new SyncFailedError(this.path, error);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/**
 * The rest of `data` after its first `bytes` were written: the system may write fewer bytes than
 * requested.
 */
function without(data: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  return data.flatMap((part) => {
    const skipped = Math.min(skip, part.byteLength);
    skip -= skipped;
    return skipped === part.byteLength ? [] : [part.subarray(skipped)];
  });
}
