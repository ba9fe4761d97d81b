import { join } from 'node:path';
import type { JournalFolder } from '../journal-folder.js';
import type { ByteRange } from './damage.js';
import type { Frame } from './frame.js';
import { scan } from './scan.js';

/** The state of a file of frames after its tail is truncated. */
export interface Recovered {
  readonly bytes: number;
  /** Number of the last valid frame; null without one. */
  readonly lastSequence: number | null;
}

/**
 * Truncates the tail of a file of frames: a torn tail silently, a damaged tail after copying it
 * (and not at all if there is no space for the copy). The remaining data is synced.
 */
export async function cutTail(folder: JournalFolder, name: string): Promise<Recovered> {
  const file = await folder.disk.open(join(folder.path, name), 'update');
  try {
    let lastSequence: number | null = null;
    let bytes = await file.size();
    for await (const found of scan(file, 0)) {
      if (found.kind === 'frame') lastSequence = found.frame.sequence;
      if (found.kind !== 'tail') continue;
      const { from, to, torn } = found;
      const what = `${lastSequence === null ? 'the file has no valid entry' : `no valid entry follows entry ${lastSequence}`}; its content is lost, if it was acknowledged`;
      if (!torn && !(await folder.damage.keep({ file: name, from, to }, what))) continue;
      await file.truncate(from);
      bytes = from;
    }
    // A killed process may have left frames unsynced, and others will follow them.
    await file.datasync();
    return { bytes, lastSequence };
  } finally {
    await file.close();
  }
}

/**
 * Yields the valid frames after the checkpoint, in order, over all files. Damage is copied and
 * reported together with the missing sequence numbers.
 */
export async function* replaySegments(
  folder: JournalFolder,
  files: readonly { readonly name: string }[],
  checkpoint: number,
): AsyncGenerator<Frame, void> {
  const gaps = new Gaps(folder, checkpoint);
  let previous = 0;
  for (const { name } of files) {
    const file = await folder.disk.open(join(folder.path, name), 'read');
    try {
      for await (const found of scan(file, previous)) {
        if (found.kind === 'frame') {
          await gaps.close(previous, found.frame.sequence);
          previous = found.frame.sequence;
          if (previous > checkpoint) yield found.frame;
        } else {
          gaps.damaged({ file: name, from: found.from, to: found.to });
        }
      }
    } finally {
      await file.close();
    }
  }
  await gaps.end();
}

/** Collects damaged bytes until the affected entries are known. */
class Gaps {
  #damaged: ByteRange[] = [];

  constructor(
    private readonly folder: JournalFolder,
    private readonly checkpoint: number,
  ) {}

  damaged(range: ByteRange): void {
    this.#damaged.push(range);
  }

  /** The frame after number `previous` has number `next`. */
  async close(previous: number, next: number): Promise<void> {
    const from = Math.max(previous, this.checkpoint) + 1;
    const lost =
      from < next
        ? `${from === next - 1 ? `entry ${from} is` : `entries ${from} to ${next - 1} are`} lost`
        : 'no unstored entry is lost';
    if (this.#damaged.length === 0 && from < next) {
      await this.folder.damage.note(`entries-${from}-${next - 1}`, `Missing: ${lost}`);
    }
    await this.#keepAll(lost);
  }

  async end(): Promise<void> {
    await this.#keepAll('no valid entry follows');
  }

  async #keepAll(what: string): Promise<void> {
    const damaged = this.#damaged;
    this.#damaged = [];
    for (const range of damaged) await this.folder.damage.keep(range, what);
  }
}
