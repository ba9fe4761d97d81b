/**
 * The durable journal: `buffer.durability: journal`.
 *
 * Invariants
 * - An append is acknowledged after a datasync that started after its whole frame was written, in
 *   the order of the calls (a large entry, which is encoded in slices, may come after smaller
 *   ones). It then survives everything except losing the disk.
 * - The checkpoint is on disk before the segments that it makes obsolete are removed.
 * - Sequence numbers increase by one, across restarts and for an empty journal too.
 * - After a failed sync nothing is acknowledged until the service is restarted; reads, flushes and
 *   storing continue.
 * - One process per folder.
 *
 * Files of the folder
 * - `<sequence number of the first entry>.journal`: segments, which are sequences of frames
 *   (frame.ts). Only the newest is written to; every other was synced before its successor was
 *   created. A process never appends to an existing segment.
 * - `checkpoint`: two slots (checkpoint-file.ts). `reserve`: space for the checkpoint on a full
 *   disk. `instance`: the id of this journal in the stores. `damaged/`: bytes that recovery has
 *   copied. `lock`: see lock.ts. `quarantine.log`: see quarantine-log.ts.
 *
 * Recovery
 * - `open` reads the checkpoint and the newest segment, removes obsolete segments, and truncates
 *   the tail of the newest one: silently if it is torn (only the beginning of a frame: never
 *   acknowledged), otherwise after copying it to `damaged/` (scan.ts describes the distinction).
 *   Frames before the tail are never changed.
 * - `replay` reads the segments block by block and yields the entries after the checkpoint. Invalid
 *   bytes before a valid frame are damage: copied, reported with the numbers of the lost entries,
 *   and skipped. A segment may be missing if its entries are stored.
 * - A group whose blocks reached the disk out of order can look like damage although no part of it
 *   was acknowledged. This is a false alarm on the safe side.
 */

import { join } from 'node:path';
import type { CollectionName } from '../../../domain/collection.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type { Journal, JournalEntry, JournalIdentity } from '../../../ports/journal.js';
import type { JournalFigures } from '../journal-figures.js';
import { CHECKPOINT_NAME, type Checkpoint, CheckpointFile } from './checkpoint-file.js';
import { CheckpointSchedule } from './checkpoint-schedule.js';
import { errorCode, SyncFailedError } from './disk/disk.js';
import { GroupCommit, unavailable } from './group-commit.js';
import { instanceIdOf } from './instance-id.js';
import type { JournalFolder } from './journal-folder.js';
import { decodeEntry, encodeEntry, encodeInSlices, SLICE } from './segments/entry.js';
import { cutTail, replaySegments } from './segments/recovery.js';
import { findSegments, isSegmentName, type Segment, Segments } from './segments/segments.js';

const SEGMENT_BYTES = 64 * 1024 * 1024;
/**
 * A quota is divided into at least this many segments, so that some can be removed under traffic.
 */
const SEGMENTS_PER_QUOTA = 4;
const CHECKPOINT_INTERVAL = 1000;

export interface FileJournalOptions {
  /** Size at which a new segment is started; default 64 MiB. */
  readonly segmentBytes?: number;
  /**
   * Largest size of all segments together; an append that would exceed it is refused. Default:
   * none.
   */
  readonly maxBytes?: number;
  /** Minimum time between two checkpoints on disk, milliseconds; default 1000. */
  readonly checkpointInterval?: number;
}

const NOT_OPEN = {
  writable: false,
  reason: 'it is not open',
  bytes: 0,
  segments: 0,
  lastSyncSeconds: null,
  syncs: 0,
  syncSeconds: 0,
};

interface Opened {
  readonly leave: () => Promise<void>;
  readonly checkpointFile: CheckpointFile;
  readonly checkpoint: Checkpoint;
  readonly found: readonly Segment[];
  readonly segments: Segments;
  readonly commit: GroupCommit;
  readonly checkpoints: CheckpointSchedule;
}

export class FileJournal implements Journal {
  readonly keepsEntries = true;
  readonly #segmentBytes: number;
  readonly #maxBytes: number;
  readonly #checkpointInterval: number;
  #opened: Opened | null = null;
  #id = '';
  /** The newest replayed entry: later entries cannot be stored yet. */
  #replayed = 0;
  #checkpointTrouble: string | null = null;
  #checkpointLost = false;

  constructor(
    private readonly folder: JournalFolder,
    options: FileJournalOptions = {},
  ) {
    this.#maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
    this.#segmentBytes = Math.min(
      options.segmentBytes ?? SEGMENT_BYTES,
      this.#maxBytes / SEGMENTS_PER_QUOTA,
    );
    this.#checkpointInterval = options.checkpointInterval ?? CHECKPOINT_INTERVAL;
  }

  /**
   * Whether a folder contains such a journal; changes nothing. Throws ConfigurationError if the
   * folder is not readable.
   */
  static async isIn(folder: JournalFolder): Promise<boolean> {
    return (await folder.names()).some((name) => name === CHECKPOINT_NAME || isSegmentName(name));
  }

  /** Throws ConfigurationError if another process has the folder. */
  async open(): Promise<void> {
    const leave = await this.folder.enter();
    let checkpointFile: CheckpointFile | null = null;
    try {
      this.#id = await instanceIdOf(this.folder);
      checkpointFile = await CheckpointFile.open(this.folder);
      this.#opened = await this.#recover(leave, checkpointFile);
    } catch (error) {
      await checkpointFile?.close().catch(() => undefined);
      await leave();
      throw error;
    }
  }

  async *replay(): AsyncIterable<JournalEntry> {
    const { found, checkpoint } = this.#open;
    for await (const frame of replaySegments(this.folder, found, checkpoint.sequence)) {
      this.#replayed = frame.sequence;
      yield decodeEntry(frame);
    }
    this.#replayed = Number.POSITIVE_INFINITY;
  }

  async append(
    collection: CollectionName,
    writes: readonly Write[],
    { again } = { again: false },
  ): Promise<number> {
    const { commit } = this.#open;
    if (writes.length <= SLICE) return commit.append(encodeEntry(collection, writes), again);
    return commit.append(await encodeInSlices(collection, writes), again);
  }

  /**
   * Does not reject if the disk fails: then entries are replayed again, and `status` gives the
   * reason.
   */
  async checkpoint(sequence: number, highWater: Version): Promise<void> {
    const { checkpoints } = this.#open;
    // An entry appended during the replay says nothing about older entries that are not replayed
    // yet.
    const covered = sequence <= this.#replayed ? sequence : 0;
    await checkpoints.request({ sequence: covered, highWater });
  }

  /** The number of the newest entry, including stored and removed ones. */
  get lastSequence(): number {
    return this.#open.segments.next - 1;
  }

  highWater(): Version {
    return this.#open.checkpoints.wanted.highWater;
  }

  async settle(): Promise<void> {
    await this.#open.checkpoints.settle();
    if (this.#checkpointTrouble !== null) throw unavailable(this.#checkpointTrouble);
  }

  identity(): JournalIdentity {
    return { id: this.#id, survives: true };
  }

  status(): JournalFigures {
    const damage = [...this.folder.damage.reports];
    if (this.#checkpointTrouble !== null) damage.push(this.#checkpointTrouble);
    if (this.#opened === null) {
      return { ...NOT_OPEN, damage, limitBytes: this.#maxBytes };
    }
    const { commit, segments } = this.#opened;
    const reason = commit.refusal;
    return {
      writable: reason === null,
      reason,
      damage,
      bytes: segments.bytes,
      limitBytes: this.#maxBytes,
      segments: segments.count,
      lastSyncSeconds: segments.lastSyncSeconds,
      syncs: segments.syncs,
      syncSeconds: segments.syncSeconds,
    };
  }

  async close(): Promise<void> {
    if (this.#opened === null) return;
    const { commit, checkpoints, segments, checkpointFile, leave } = this.#opened;
    await commit.close();
    await checkpoints.close();
    this.#opened = null;
    try {
      // One that fails keeps no other file open.
      await segments.close().finally(() => checkpointFile.close());
    } finally {
      await leave();
    }
  }

  get #open(): Opened {
    if (this.#opened === null) throw new Error('the journal is not open');
    return this.#opened;
  }

  async #recover(leave: () => Promise<void>, checkpointFile: CheckpointFile): Promise<Opened> {
    const { folder } = this;
    let found: readonly Segment[] = await findSegments(folder);
    const checkpoint = checkpointFile.found ?? {
      sequence: (found[0]?.first ?? 1) - 1,
      highWater: 0,
    };
    if (checkpointFile.found === null) {
      await folder.damage.note('checkpoint', 'checkpoint: unreadable; all entries are replayed');
    }
    let last = checkpoint.sequence;
    const newest = found.at(-1);
    if (newest !== undefined) {
      const { bytes, lastSequence } = await cutTail(folder, newest.name);
      found = [...found.slice(0, -1), ...(bytes > 0 ? [{ ...newest, bytes }] : [])];
      if (bytes === 0) await folder.disk.remove(join(folder.path, newest.name));
      // A segment without entries, but with bytes that had to stay, keeps its name reserved.
      last = Math.max(last, lastSequence ?? newest.first - (bytes > 0 ? 0 : 1));
    }
    const segments = new Segments(folder, found, this.#segmentBytes, last + 1);
    await segments.dropThrough(checkpoint.sequence);
    this.#replayed = checkpoint.sequence;
    return {
      leave,
      checkpointFile,
      checkpoint,
      found: segments.list,
      segments,
      commit: new GroupCommit(folder, segments, this.#maxBytes),
      checkpoints: new CheckpointSchedule(
        folder.clock,
        this.#checkpointInterval,
        (newest) => this.#writeCheckpoint(newest),
        checkpoint,
      ),
    };
  }

  async #writeCheckpoint(checkpoint: Checkpoint): Promise<boolean> {
    const { checkpointFile, segments, commit } = this.#open;
    if (this.#checkpointLost) return true;
    try {
      await checkpointFile.write(checkpoint);
      if (await segments.dropThrough(checkpoint.sequence)) commit.relieve();
      this.#checkpointTrouble = null;
      return true;
    } catch (error) {
      if (error instanceof SyncFailedError) {
        this.#checkpointLost = true;
        commit.stop(error.message);
      }
      this.#checkpointTrouble = `the checkpoint failed (${errorCode(error)}): stored entries may be replayed`;
      return false;
    }
  }
}
