import type { Collection, CollectionName } from '../domain/collection.js';
import type { Version } from '../domain/version.js';
import type { Write } from '../domain/write.js';

/** A record that its store refused, kept until its parent arrives, or someone requeues or drops it. */
export interface QuarantinedRecord {
  /** Unique over collections, stores and restarts. */
  readonly id: string;
  readonly collection: CollectionName;
  readonly write: Write;
  /** Such as `MISSING_PARENT: session_id "s-1" does not exist`. */
  readonly reason: string;
  /** The key of the missing parent, when that is the reason: the record is released when the parent arrives. */
  readonly missingParent: string | null;
  /** How often the store has refused it. */
  readonly attempts: number;
  /** Epoch milliseconds of the last refusal. */
  readonly quarantinedAt: number;
}

/** A write that its store has just refused. */
export interface Refusal {
  readonly write: Write;
  readonly reason: string;
  readonly missingParent: string | null;
}

/** How much of the quarantine is read at a time: what comes first ends the slice, but it has one record at least. */
export interface SliceLimit {
  readonly records: number;
  /** Of the records' texts. */
  readonly bytes: number;
}

/** A quarantined record without what is in it. */
export interface QuarantinePlace {
  readonly id: string;
  readonly key: string;
  /** The key of the parent that it names; null where the collection has none. */
  readonly parent: string | null;
  readonly version: Version;
  readonly reason: string;
}

/** A quarantined record as it was read: another refusal of its key changes `attempts`. */
export type QuarantineRow = Pick<QuarantinedRecord, 'id' | 'attempts'>;

/**
 * The refused records of the collections of one store. They live in that store, so every instance
 * sees the same ones, and they take no memory.
 *
 * To its implementer:
 * - Changes are durable when they resolve. Failures are those of StorageBackend.
 * - One key of one parent has at most one record: adding another merges the writes
 *   (domain/merge.ts), keeps the id and adds up the attempts. Writes of one key that name different
 *   parents stay apart: they are records of different jobs.
 * - A write that a tombstone covers (domain/tombstone.ts) is not added; one that spans a delete is
 *   added without what is older.
 */
export interface Quarantine {
  /** Returns how many were not added because a delete covers them. `at` is epoch milliseconds. */
  add(collection: Collection, refusals: readonly Refusal[], at: number): Promise<number>;
  /** Newest first, from the place `offset`, which counts from 0. */
  list(offset: number, limit: SliceLimit): Promise<readonly QuarantinedRecord[]>;
  count(): Promise<number>;
  /** Those of these ids that are there. */
  get(ids: readonly string[]): Promise<readonly QuarantinedRecord[]>;
  /**
   * The records of these keys, without what is in them, newest first: of one key there may be
   * several, with different parents.
   */
  find(collection: Collection, keys: readonly string[]): Promise<readonly QuarantinePlace[]>;
  /** The records after an id, in the order of ids; `null` begins. Empty when none follows. */
  after(id: string | null, limit: SliceLimit): Promise<readonly QuarantinedRecord[]>;
  /** As `after`, of those whose missing parent is one of these. */
  waitingFor(
    collection: Collection,
    parents: readonly string[],
    id: string | null,
    limit: SliceLimit,
  ): Promise<readonly QuarantinedRecord[]>;
  /** The missing parents that come after one, in the order of keys, each once; `null` begins. */
  missingParents(
    collection: Collection,
    after: string | null,
    limit: number,
  ): Promise<readonly string[]>;
  /** Takes out those that nothing was added to since they were read; returns how many. */
  remove(rows: readonly QuarantineRow[]): Promise<number>;
  /** Gives a record up: neither a replay nor another instance brings this write back. False when there is none. */
  drop(id: string): Promise<boolean>;
}
