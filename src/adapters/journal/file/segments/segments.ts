import { join } from 'node:path';
import type { DiskFile } from '../disk/disk.js';
import type { JournalFolder } from '../journal-folder.js';

const SUFFIX = '.journal';
const DIGITS = 20;

/**
 * A file of the journal: the entries from sequence number `first` up to the first of the next
 * segment.
 */
export interface Segment {
  readonly first: number;
  readonly name: string;
  readonly bytes: number;
}

interface OpenSegment {
  readonly first: number;
  readonly name: string;
  readonly file: DiskFile;
  bytes: number;
}

export function segmentName(first: number): string {
  return `${String(first).padStart(DIGITS, '0')}${SUFFIX}`;
}

export function isSegmentName(name: string): boolean {
  return name.endsWith(SUFFIX) && /^\d+$/.test(name.slice(0, -SUFFIX.length));
}

/** The segments in a folder, in order. */
export async function findSegments({ disk, path }: JournalFolder): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of await disk.list(path)) {
    if (!isSegmentName(name)) continue;
    const file = await disk.open(join(path, name), 'read');
    try {
      segments.push({ first: Number.parseInt(name, 10), name, bytes: await file.size() });
    } finally {
      await file.close();
    }
  }
  return segments;
}

/** A write failed and could not be rolled back: the content of the active segment is unknown. */
export class RollBackFailedError extends Error {
  override readonly name = 'RollBackFailedError';
}

/**
 * The segment files of the journal. Only the newest, the active one, is written to. It was created
 * by this process, so nothing is ever appended to the remains of a crash.
 */
export class Segments {
  #closed: readonly Segment[];
  #active: OpenSegment | null = null;
  #writing = false;
  #lastSyncSeconds: number | null = null;
  #syncs = 0;
  #syncSeconds = 0;

  constructor(
    private readonly folder: JournalFolder,
    found: readonly Segment[],
    private readonly limitBytes: number,
    private nextSequence: number,
  ) {
    this.#closed = found;
  }

  /**
   * The sequence number of the next entry on disk. It changes in the same step as the size of the
   * active segment: otherwise a concurrent checkpoint could remove a segment that has just got its
   * first entry.
   */
  get next(): number {
    return this.nextSequence;
  }

  /** Duration of the last sync; null before the first. */
  get lastSyncSeconds(): number | null {
    return this.#lastSyncSeconds;
  }

  /** Number of successful syncs, and their total seconds. */
  get syncs(): number {
    return this.#syncs;
  }

  get syncSeconds(): number {
    return this.#syncSeconds;
  }

  get bytes(): number {
    const closed = this.#closed.reduce((sum, { bytes }) => sum + bytes, 0);
    return closed + (this.#active?.bytes ?? 0);
  }

  get count(): number {
    return this.#closed.length + (this.#active === null ? 0 : 1);
  }

  /** All but the active segment; the array is never changed afterwards. */
  get list(): readonly Segment[] {
    return this.#closed;
  }

  /**
   * Appends the frames of `entries` entries, of which the first has sequence number `next`, and
   * resolves when they are on disk. If it rejects, none of them is on disk, except after
   * SyncFailedError and RollBackFailedError: then the state is unknown, and nothing more may be
   * written.
   */
  async append(frames: readonly Uint8Array[], bytes: number, entries: number): Promise<void> {
    this.#writing = true;
    try {
      const active = await this.#roomFor(bytes, this.nextSequence);
      try {
        await active.file.write(frames, active.bytes);
      } catch (error) {
        await rollBack(active, error);
        throw error;
      }
      const begun = this.folder.clock.monotonic();
      await active.file.datasync();
      this.#lastSyncSeconds = (this.folder.clock.monotonic() - begun) / 1000;
      this.#syncs += 1;
      this.#syncSeconds += this.#lastSyncSeconds;
      active.bytes += bytes;
      this.nextSequence += entries;
    } finally {
      this.#writing = false;
    }
  }

  /**
   * Removes the segments without entries after `sequence`. Returns whether any was removed. The
   * removal need not be durable: a segment that reappears is removed at the next start.
   */
  async dropThrough(sequence: number): Promise<boolean> {
    // An empty segment has the name that the next one would get, so it stays.
    const isDone = this.next - 1 <= sequence && !this.#writing && (this.#active?.bytes ?? 0) > 0;
    if (isDone) await this.#retire();
    const end = this.#active?.first ?? this.next;
    const done = this.#closed.filter(
      (_, index) => (this.#closed[index + 1]?.first ?? end) - 1 <= sequence,
    );
    for (const segment of done) {
      await this.folder.disk.remove(join(this.folder.path, segment.name));
      this.#closed = this.#closed.filter((other) => other !== segment);
    }
    if (done.length > 0) await this.folder.disk.syncFolder(this.folder.path);
    return done.length > 0;
  }

  async close(): Promise<void> {
    await this.#retire();
  }

  async #roomFor(bytes: number, first: number): Promise<OpenSegment> {
    const active = this.#active;
    if (active !== null && (active.bytes === 0 || active.bytes + bytes <= this.limitBytes))
      return active;
    await this.#retire();
    const { disk, path } = this.folder;
    const name = segmentName(first);
    const file = await disk.open(join(path, name), 'create');
    try {
      await disk.syncFolder(path);
    } catch (error) {
      // A second failure must not hide the first: after a failed sync nothing more may be written.
      await file.close().catch(() => undefined);
      throw error;
    }
    this.#active = { first, name, file, bytes: 0 };
    return this.#active;
  }

  /** Retires the active segment; the next append creates a new one. */
  async #retire(): Promise<void> {
    const active = this.#active;
    if (active === null) return;
    this.#active = null;
    const { first, name, bytes } = active;
    this.#closed = [...this.#closed, { first, name, bytes }];
    await active.file.close();
  }
}

/** Truncates the rest of a failed write, durably: its sequence numbers will be reused. */
async function rollBack({ file, bytes }: OpenSegment, cause: unknown): Promise<void> {
  try {
    await file.truncate(bytes);
    await file.datasync();
  } catch (error) {
    throw new RollBackFailedError('A failed write could not be rolled back', {
      cause: new AggregateError([cause, error]),
    });
  }
}
