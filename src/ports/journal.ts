import type { CollectionName } from '../domain/collection.js';
import type { Version } from '../domain/version.js';
import type { Write } from '../domain/write.js';

/** One accepted batch: all its writes have the same version. */
export interface JournalEntry {
  /** Position in the journal: 1, 2, 3 … without gaps, across restarts. */
  readonly sequence: number;
  readonly collection: CollectionName;
  readonly writes: readonly Write[];
}

/**
 * Keeps accepted batches until they are stored.
 *
 * For implementers:
 * - `append` resolves only when the entry survives what the implementation promises to survive, in
 *   the order of the sequence numbers: when entry n is acknowledged, all entries before it are. Of
 *   concurrent calls, a small one may receive its number before a large one. If it rejects (with
 *   ServiceError JOURNAL_UNAVAILABLE), the batch is not accepted. An entry that was never
 *   acknowledged may still be replayed; the merge rule makes this harmless to a client that sends
 *   it again.
 * - With `again`, the writes are those of earlier entries, which a checkpoint covers at once: such an
 *   entry is accepted although the journal has reached its limit.
 * - `checkpoint(n, version)`: every entry up to and including n is stored or quarantined, durably,
 *   and needs no replay; no greater version has been accepted. It is called with increasing n and
 *   may remove entries later. It does not reject if the disk fails: then more is replayed.
 * - `highWater`, once open, is the greatest version of any checkpoint, including earlier runs if
 *   entries survive those; 0 if none is known. It does not include the versions of the entries that
 *   `replay` yields.
 * - `settle` resolves when the newest checkpoint is durable: what it covers is not replayed.
 *   Otherwise it rejects (JOURNAL_UNAVAILABLE).
 * - `replay` yields, in order, every entry after the last checkpoint, and possibly some before it.
 *   It is called once after `open`, and holds at most one entry at a time. It does not include what
 *   was appended since `open`. `append` and `checkpoint` may be called while it runs; until it
 *   ends, a checkpoint beyond the last yielded entry has no effect.
 */
export interface Journal {
  /** False if `append` keeps nothing: only entries of an earlier run are replayed, if there are any. */
  readonly keepsEntries: boolean;
  open(): Promise<void>;
  replay(): AsyncIterable<JournalEntry>;
  append(
    collection: CollectionName,
    writes: readonly Write[],
    options?: { readonly again: boolean },
  ): Promise<number>;
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
  /** Whether entries may be replayed after a crash. */
  readonly survives: boolean;
}

export interface JournalStatus {
  /** False if it accepts no more entries. */
  readonly writable: boolean;
  /** Why not, in words; null if writable. */
  readonly reason: string | null;
  /** What was damaged and moved aside, in words; empty if nothing was. */
  readonly damage: readonly string[];
  /** Its size on disk. */
  readonly bytes: number;
  /** Its maximum size in bytes; Infinity if there is no limit. */
  readonly limitBytes: number;
  /** Its size on disk. */
  readonly lastSyncSeconds: number | null;
  /** Number of syncs of entries since it was opened, and their total duration. */
  readonly syncs: number;
  readonly syncSeconds: number;
}
