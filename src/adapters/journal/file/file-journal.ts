/**
 * The durable journal: `buffer.durability: journal`.
 *
 * Invariants
 * - An append is acknowledged after a datasync that began when all of its frame was written; in
 *   the order of the calls (a large entry, which is encoded in slices, may come after smaller ones);
 *   and then survives whatever leaves the disk alive.
 * - The checkpoint is on disk before anything that it makes needless is removed.
 * - Sequence numbers grow by one, over restarts and over an empty journal too.
 * - After a failed sync nothing is acknowledged until the service is restarted; reading, flushing
 *   and storing go on.
 * - One process per folder.
 *
 * Files of the folder
 * - `<sequence number of the first entry>.journal`: segments, which are sequences of frames
 *   (frame.ts). Only the newest is written to; every other was synced before its successor was
 *   made. A process never appends to a segment that it found.
 * - `checkpoint`: two slots (checkpoint-file.ts). `reserve`: room for the checkpoint on a
 *   full disk. `instance`: the id by which stores know this journal. `damaged/`: what recovery has moved aside. `lock`: see lock.ts.
 *   `quarantine.log`: see quarantine-log.ts.
 *
 * Recovery
 * - `open` reads the checkpoint and the newest segment, removes segments that are done, and cuts
 *   the newest one's tail: silently when it is torn (the beginning of a frame and nothing else:
 *   never answered), after copying it aside when it is anything else (scan.ts says how they are
 *   told apart). Frames before it are never touched.
 * - `replay` reads the segments block by block and yields what comes after the checkpoint. Bytes
 *   that are no frame while valid frames follow are damage: copied aside, described with the
 *   numbers of the lost entries, and skipped. A segment may be missing when its entries are done.
 * - A group whose blocks reached the disk out of order can look like damage though none of it was
 *   answered. That is a false alarm on the safe side.
 */
import { join } from 'node:path';
import type { CollectionName } from '../../../domain/collection.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type {
  Journal,
  JournalEntry,
  JournalIdentity,
  JournalStatus,
} from '../../../ports/journal.js';
import { CHECKPOINT_NAME, type Checkpoint, CheckpointFile } from './checkpoint-file.js';
import { CheckpointSchedule } from './checkpoint-schedule.js';
import { errorCode, SyncFailedError } from './disk.js';
import { decodeEntry, encodeEntry, encodeInSlices, SLICE } from './entry.js';
import { GroupCommit, unavailable } from './group-commit.js';
import { instanceIdOf } from './instance-id.js';
import type { JournalFolder } from './journal-folder.js';
import { cutTail, replaySegments } from './recovery.js';
import { findSegments, isSegmentName, type Segment, Segments } from './segments.js';

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** A quota is cut into at least this many segments, so that some can be freed while traffic goes on. */
const SEGMENTS_PER_QUOTA = 4;
const CHECKPOINT_INTERVAL = 1000;

export interface FileJournalOptions {
  /** Size at which a segment is followed by the next; default 64 MiB. */
  readonly segmentBytes?: number;
  /** Greatest size of all segments together; an append that would exceed it is refused. Default: none. */
  readonly maxBytes?: number;
  /** Least time between two checkpoints on disk, milliseconds; default 1000. */
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
  readonly #segmentBytes: number;
  readonly #maxBytes: number;
  readonly #checkpointInterval: number;
  #opened: Opened | null = null;
  #id = '';
  /** The newest entry that replay has handed out: what comes later can't be stored yet. */
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

  /** Whether a folder has such a journal; changes nothing. Throws ConfigurationError when it can't be read. */
  static async isIn(folder: JournalFolder): Promise<boolean> {
    return (await folder.names()).some((name) => name === CHECKPOINT_NAME || isSegmentName(name));
  }

  /** Throws ConfigurationError when another process has the folder. */
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

  async append(collection: CollectionName, writes: readonly Write[]): Promise<number> {
    const { commit } = this.#open;
    if (writes.length <= SLICE) return commit.append(encodeEntry(collection, writes));
    return commit.append(await encodeInSlices(collection, writes));
  }

  /** Does not reject when the disk fails: entries are then replayed once more, and `status` says why. */
  async checkpoint(sequence: number, highWater: Version): Promise<void> {
    const { checkpoints } = this.#open;
    // An entry appended while older ones still wait to be replayed says nothing about those.
    const covered = sequence <= this.#replayed ? sequence : 0;
    await checkpoints.request({ sequence: covered, highWater });
  }

  /** The number of the newest entry; of those that are stored and gone, too. */
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

  status(): JournalStatus {
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
      // A segment that holds no entry, but bytes that had to stay, keeps its name to itself.
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
      this.#checkpointTrouble = `the checkpoint failed (${errorCode(error)}): entries that are stored may be replayed`;
      return false;
    }
  }
}
