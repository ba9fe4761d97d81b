import type { Collection, CollectionName } from '../domain/collection.js';
import type { Version } from '../domain/version.js';
import type { Write } from '../domain/write.js';

/**
 * A record that its store refused, kept until its parent arrives, or a person requeues or drops it.
 */
export interface QuarantinedRecord {
  /** Unique across collections, stores and restarts. */
  readonly id: string;
  readonly collection: CollectionName;
  readonly write: Write;
  /** For example `MISSING_PARENT: session_id "s-1" does not exist`. */
  readonly reason: string;
  /**
   * The key of the missing parent, if that is the reason: the record is released when the parent
   * arrives.
   */
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

/**
 * How much of the quarantine is read at a time: the first limit reached ends the slice, but it has
 * at least one record.
 */
export interface SliceLimit {
  readonly records: number;
  /** Bytes of the texts of the records. */
  readonly bytes: number;
}

/** A quarantined record without its content. */
export interface QuarantinePlace {
  readonly id: string;
  readonly key: string;
  /** The key of the parent that it names; null if the collection has none. */
  readonly parent: string | null;
  readonly version: Version;
  readonly reason: string;
}

/** A quarantined record as it was read: another refusal of its key changes `attempts`. */
export type QuarantineRow = Pick<QuarantinedRecord, 'id' | 'attempts'>;

/**
 * The refused records of the collections of one store. They are kept in that store, so all
 * instances share them and they use no memory.
 *
 * For implementers:
 * - Changes are durable when they resolve. Failures are those of StorageBackend.
 * - One key of one parent has at most one record: adding another merges the writes
 *   (domain/merge.ts), keeps the id and adds up the attempts. Writes of one key that name different
 *   parents stay separate: they are records of different jobs.
 * - A write that a tombstone covers (domain/tombstone.ts) is not added; a write that is partly
 *   covered is added without the older part.
 */
export interface Quarantine {
  /** Returns how many were not added because a delete covers them. `at` is epoch milliseconds. */
  add(collection: Collection, refusals: readonly Refusal[], at: number): Promise<number>;
  /**
   * Adds records of the quarantine of another store as they are there, with their ids, attempts and
   * times. If there is already a record of this key and parent, the new one takes its place, but
   * only if it contains all of it and has been refused as often. Otherwise the writes are merged,
   * the id stays, the later refusal gives time and reason, and the attempts become the greater
   * number, or one more if otherwise a change would not show (`remove`). May be repeated: adding
   * the same again changes nothing.
   */
  put(collection: Collection, records: readonly QuarantinedRecord[]): Promise<void>;
  /** Newest first, from the position `offset`, which counts from 0. */
  list(offset: number, limit: SliceLimit): Promise<readonly QuarantinedRecord[]>;
  count(): Promise<number>;
  /** Those of these ids that exist. */
  get(ids: readonly string[]): Promise<readonly QuarantinedRecord[]>;
  /**
   * The records of these keys, without their content, newest first: one key may have several, with
   * different parents.
   */
  find(collection: Collection, keys: readonly string[]): Promise<readonly QuarantinePlace[]>;
  /**
   * The records after an id, in the order of ids; `null` starts at the first. Empty if none
   * follows.
   */
  after(id: string | null, limit: SliceLimit): Promise<readonly QuarantinedRecord[]>;
  /** Like `after`, only records whose missing parent is one of these. */
  waitingFor(
    collection: Collection,
    parents: readonly string[],
    id: string | null,
    limit: SliceLimit,
  ): Promise<readonly QuarantinedRecord[]>;
  /**
   * The missing parents after this one, in the order of keys, each once; `null` starts at the
   * first.
   */
  missingParents(
    collection: Collection,
    after: string | null,
    limit: number,
  ): Promise<readonly string[]>;
  /** Removes those to which nothing was added since they were read; returns how many. */
  remove(rows: readonly QuarantineRow[]): Promise<number>;
  /**
   * Drops a record: neither a replay nor another instance restores this write. Returns the version
   * up to which no write of the record has an effect; null if there is none.
   */
  drop(id: string): Promise<Version | null>;
}
