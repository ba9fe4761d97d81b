import { dirname } from 'node:path';
import {
  type Disk,
  type DiskFile,
  type OpenMode,
  SyncFailedError,
  type Unlock,
} from '../../../../src/adapters/journal/file/disk/disk.js';

type Content = Buffer<ArrayBufferLike>;
type Change = (content: Content) => Content;

/** A file as the program sees it, as the disk has it, and the changes between the two. */
interface Inode {
  seen: Content;
  synced: Content;
  /** The last change can be applied in part: `bytes` is its size. */
  unsynced: { readonly bytes: number; readonly apply: (bytes: number) => Change }[];
}

/** Names of a folder; immutable, so that old versions can be kept. */
type Names = ReadonlyMap<string, Inode>;

interface Folder {
  seen: Names;
  /** The first is on disk, the others are later unsynced versions. */
  versions: Names[];
}

export type DiskCall =
  | 'makeFolder'
  | 'open'
  | 'openFolder'
  | 'close'
  | 'create'
  | 'write'
  | 'truncate'
  | 'datasync'
  | 'syncFolder'
  | 'rename'
  | 'remove';

/** How much of the unsynced data a crash leaves: a number between 0 and its argument. */
export type Survival = (unsynced: number) => number;

/** A disk in memory; a crash resets it to the synced data and a chosen part of the rest. */
export class FakeDisk implements Disk {
  readonly calls: { readonly call: DiskCall; readonly path: string }[] = [];
  /** Called before each call that changes something, opens or closes; throws to make it fail. */
  before: (call: DiskCall, path: string) => void = () => undefined;
  /** Total bytes that all files may take. */
  capacity = Number.POSITIVE_INFINITY;
  /** Files that were opened and not closed; one whose closing failed counts as closed. */
  openFiles = 0;
  readonly #folders = new Map<string, Folder>();
  #locks = new Set<string>();

  /** The disk after a crash: the synced data, and as much more as `survival` returns. */
  crash(survival: Survival): FakeDisk {
    const after = new FakeDisk();
    const survivors = new Map<Inode, Inode>();
    for (const [path, { versions }] of this.#folders) {
      const names = versions[survival(versions.length - 1)] ?? new Map<string, Inode>();
      const left = new Map<string, Inode>();
      for (const [name, inode] of names) {
        const survivor = survivors.get(inode) ?? afterCrash(inode, survival);
        survivors.set(inode, survivor);
        left.set(name, survivor);
      }
      after.#folders.set(path, { seen: left, versions: [left] });
    }
    return after;
  }

  /**
   * Simulates a killed process: its locks are released; unsynced data can be read and still be
   * lost.
   */
  kill(): void {
    this.#locks.clear();
  }

  /** Total bytes of all files. */
  get used(): number {
    const inodes = [...this.#folders.values()].flatMap(({ seen }) => [...seen.values()]);
    return inodes.reduce((sum, { seen }) => sum + seen.length, 0);
  }

  count(call: DiskCall, path = ''): number {
    return this.calls.filter((each) => each.call === call && each.path.includes(path)).length;
  }

  /** The content of a file as the program sees it. */
  content(path: string): Content {
    const inode = this.#folder(dirname(path)).seen.get(nameOf(path));
    if (inode === undefined) throw failure('ENOENT', path);
    return inode.seen;
  }

  /** Changes bytes on the disk, durably, like a disk fault. */
  damage(path: string, change: Change): void {
    const inode = this.#folder(dirname(path)).seen.get(nameOf(path));
    if (inode === undefined) throw failure('ENOENT', path);
    inode.seen = change(Buffer.from(inode.seen));
    inode.synced = inode.seen;
    inode.unsynced = [];
  }

  async makeFolder(path: string): Promise<readonly string[]> {
    this.#note('makeFolder', path);
    if (this.#folders.has(path)) return [];
    this.#folders.set(path, { seen: new Map(), versions: [new Map()] });
    return [path];
  }

  async removeFolder(path: string): Promise<void> {
    if (this.#folders.get(path)?.seen.size === 0) this.#folders.delete(path);
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(path);
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...(this.#folders.get(folder)?.seen.keys() ?? [])].sort();
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    this.#note(mode === 'create' ? 'create' : 'open', path);
    const folder = this.#folder(dirname(path));
    let inode = folder.seen.get(nameOf(path));
    if (inode === undefined) {
      if (mode !== 'create') throw failure('ENOENT', path);
      inode = { seen: Buffer.alloc(0), synced: Buffer.alloc(0), unsynced: [] };
      rename(folder, (names) => names.set(nameOf(path), inode as Inode));
    } else if (mode === 'create') {
      change(inode, 0, () => () => Buffer.alloc(0));
    }
    return this.#file(path, inode);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#note('rename', to);
    const folder = this.#folder(dirname(from));
    const inode = folder.seen.get(nameOf(from));
    if (inode === undefined) throw failure('ENOENT', from);
    rename(folder, (names) => {
      names.delete(nameOf(from));
      names.set(nameOf(to), inode);
    });
  }

  async remove(path: string): Promise<void> {
    this.#note('remove', path);
    const folder = this.#folders.get(dirname(path));
    if (folder?.seen.has(nameOf(path))) rename(folder, (names) => names.delete(nameOf(path)));
  }

  async syncFolder(path: string): Promise<void> {
    this.#note('openFolder', path);
    try {
      this.#note('syncFolder', path);
    } catch (error) {
      throw new SyncFailedError(path, error);
    }
    const folder = this.#folder(path);
    folder.versions = [folder.seen];
  }

  async lock(path: string): Promise<Unlock | null> {
    if (this.#locks.has(path)) return null;
    this.#locks.add(path);
    return async () => {
      this.#locks.delete(path);
    };
  }

  #note(call: DiskCall, path: string): void {
    this.before(call, path);
    this.calls.push({ call, path });
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path);
    if (folder === undefined) throw failure('ENOENT', path);
    return folder;
  }

  #file(path: string, inode: Inode): DiskFile {
    this.openFiles += 1;
    return {
      size: async () => inode.seen.length,
      read: async (position, length) =>
        Buffer.from(inode.seen.subarray(position, position + length)),
      write: async (data, position) => {
        this.#note('write', path);
        const bytes = Buffer.concat(data);
        const growth = position + bytes.length - inode.seen.length;
        const room = this.capacity - this.used;
        const missing = growth <= 0 ? 0 : Math.max(0, Math.min(bytes.length, growth - room));
        const taken = bytes.subarray(0, Math.max(0, bytes.length - missing));
        change(inode, taken.length, (kept) => put(taken.subarray(0, kept), position));
        if (missing > 0) throw failure('ENOSPC', path);
      },
      truncate: async (length) => {
        this.#note('truncate', path);
        change(inode, 0, () => (content) => content.subarray(0, length));
      },
      datasync: async () => {
        try {
          this.#note('datasync', path);
        } catch (error) {
          throw new SyncFailedError(path, error);
        }
        inode.synced = inode.seen;
        inode.unsynced = [];
      },
      close: async () => {
        this.openFiles -= 1;
        this.#note('close', path);
      },
    };
  }
}

export function failure(code: string, path = ''): Error {
  return Object.assign(new Error(`${code} ${path}`), { code });
}

function nameOf(path: string): string {
  return path.slice(dirname(path).length + 1);
}

function put(bytes: Buffer, position: number): Change {
  return (content) => {
    const grown = Buffer.alloc(Math.max(content.length, position + bytes.length));
    content.copy(grown);
    bytes.copy(grown, position);
    return grown;
  };
}

function change(inode: Inode, bytes: number, apply: (bytes: number) => Change): void {
  inode.seen = apply(bytes)(inode.seen);
  inode.unsynced.push({ bytes, apply });
}

function rename(folder: Folder, edit: (names: Map<string, Inode>) => void): void {
  const names = new Map(folder.seen);
  edit(names);
  folder.seen = names;
  folder.versions.push(names);
}

function afterCrash({ synced, unsynced }: Inode, survival: Survival): Inode {
  const whole = survival(unsynced.length);
  let content = synced;
  for (const { bytes, apply } of unsynced.slice(0, whole)) content = apply(bytes)(content);
  const torn = unsynced[whole];
  if (torn !== undefined && torn.bytes > 0) {
    content = torn.apply(survival(torn.bytes))(content);
  }
  return { seen: content, synced: content, unsynced: [] };
}
