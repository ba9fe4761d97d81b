import type { CollectionName } from '../domain/collection.js';
import type { Version } from '../domain/version.js';
import type { Write } from '../domain/write.js';

/** One accepted batch: all its writes have the same version. */
export interface JournalEntry {
  /** Position in the journal: 1, 2, 3 … without gaps, over restarts too. */
  readonly sequence: number;
  readonly collection: CollectionName;
  readonly writes: readonly Write[];
}

/**
 * Where accepted batches wait until they are stored.
 *
 * To its implementer:
 * - `append` resolves only when the entry would survive what the implementation promises to
 *   survive, and in the order of the sequence numbers: whoever has seen n has seen all before it. Of
 *   calls under way at once a small one may get its number before a large one. When it rejects (with
 *   ServiceError JOURNAL_UNAVAILABLE), the batch is not accepted; an entry that was never acknowledged may
 *   still be replayed, which the merge rule makes harmless to a client that sends it again.
 * - `checkpoint(n, version)`: every entry up to and including n is stored or quarantined, durably,
 *   and needs no replay; no greater version has been accepted. It is called with growing n and may
 *   forget lazily. It does not reject when the disk fails: then more is replayed.
 * - `highWater`, once open, is the greatest version that a checkpoint has named, of earlier runs too
 *   where entries survive those; 0 when none is known. It says nothing of versions that are in
 *   entries which `replay` yields.
 * - `settle` resolves when the newest checkpoint is durable: what it covers will not be replayed.
 *   It rejects (JOURNAL_UNAVAILABLE) when that can't be had.
 * - `replay` yields, in order, every entry after the last checkpoint, and maybe some before it.
 *   It is called once after `open`, and holds no more than one entry at a time. What was appended
 *   since `open` is not in it; `append` and `checkpoint` may be called while it runs, and no
 *   checkpoint beyond the entry handed out last is believed before it has ended.
 */
export interface Journal {
  open(): Promise<void>;
  replay(): AsyncIterable<JournalEntry>;
  append(collection: CollectionName, writes: readonly Write[]): Promise<number>;
  checkpoint(sequence: number, highWater: Version): Promise<void>;
  highWater(): Version;
  settle(): Promise<void>;
  identity(): JournalIdentity;
  status(): JournalStatus;
  close(): Promise<void>;
}

/** Valid after `open`. */
export interface JournalIdentity {
  /** At most 36 characters; the same after a restart if the entries are. */
  readonly id: string;
  /** Whether entries may come back after a crash. */
  readonly survives: boolean;
}

export interface JournalStatus {
  /** False when it refuses to accept more. */
  readonly writable: boolean;
  /** Why not, in words; null when writable. */
  readonly reason: string | null;
  /** What was found wrong with it and moved aside, in words; empty when all is well. */
  readonly damage: readonly string[];
  /** What it takes up on disk. */
  readonly bytes: number;
  /** Bytes that it may take up; Infinity when nothing limits it. */
  readonly limitBytes: number;
  /** How long the last sync took; null before the first. */
  readonly lastSyncSeconds: number | null;
  /** Syncs of entries since it was opened, and how long they took all together. */
  readonly syncs: number;
  readonly syncSeconds: number;
}
