import type { Collection, CollectionName } from '../domain/collection.js';
import type { Condition, ListQuery, Position } from '../domain/query.js';
import type { Tombstone } from '../domain/tombstone.js';
import type { Version } from '../domain/version.js';
import type { Write } from '../domain/write.js';
import type { Quarantine } from './quarantine.js';

/**
 * A store of collections. test/contracts states this contract as tests; every implementation runs
 * them all, and none may be told from another through it.
 *
 * To its implementer:
 * - Keys and strings are compared byte for byte and sorted by their UTF-8 bytes; no padding, no folding.
 * - Every method but `open` and `close` may be called concurrently.
 * - Failures are told apart by class: `StorageUnavailableError` when the same call may succeed
 *   later (down, timed out, deadlock, full), `RecordRefusedError` (from `write` only) when the
 *   store refuses one of the records for what it is. Neither message carries SQL or record values.
 *   Anything else thrown is a bug.
 */
export interface StorageBackend {
  /** The name that configuration routes by. */
  readonly name: string;
  /** What is behind it and in which version, such as `better-sqlite3 13.2.0`. */
  readonly driver: string;

  /**
   * Connects, checks that the store is fit, and migrates its schema (or checks it, when migrating
   * is switched off). Throws ConfigurationError when it can't be used as configured, with what to
   * do; StorageUnavailableError when it can't be reached.
   */
  open(): Promise<void>;

  /**
   * Merges writes into what is stored (domain/merge.ts), all of them or none, durably before it
   * resolves. `writes` has each key at most once. May be repeated with the same writes, in whole
   * or in part, before or after others, without changing the result.
   *
   * What a delete covers (domain/tombstone.ts) is left out, also when the delete is made meanwhile,
   * through whichever instance. Returns how many writes were left out altogether.
   *
   * Refused is a record whose parent is in this same store but does not exist (MISSING_PARENT), and
   * one that is stored already with another parent (SESSION_MISMATCH).
   */
  write(collection: Collection, writes: readonly Write[]): Promise<number>;

  /** What is stored under a key, with the versions that merging needs; null when nothing is. */
  read(collection: Collection, key: string): Promise<Write | null>;

  /** Those of these keys that are stored, each with the parent that it belongs to; null where the collection has none. */
  existing(
    collection: Collection,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string | null>>;

  /** One window of a sorted list. `next` is null when nothing follows. */
  query(collection: Collection, query: ListQuery): Promise<ListWindow>;

  /** How many records meet all conditions. */
  count(collection: Collection, conditions: readonly Condition[]): Promise<number>;

  /**
   * Deletes the record under a key, with everything in this store that belongs to it, or to what
   * belongs to it, stored or in quarantine; all of it or nothing. It leaves a tombstone, also of
   * each deleted record that others may belong to: no write of `version` or an older one brings any
   * of it back. What is stored is always older than the delete: where that takes a
   * greater version, it gets one.
   *
   * With a `guard` it does so only if the record is stored and the guard holds at that moment;
   * otherwise it changes nothing and returns null. Without one, it leaves a tombstone also where no
   * record is: its children may be here while it is in another store.
   */
  delete(
    collection: Collection,
    key: string,
    version: Version,
    guard?: DeleteGuard,
  ): Promise<Deletion | null>;

  /**
   * Keeps tombstones `gone` of records that went with their parent before they reached the store, and
   * takes along what belongs to them and is in quarantine.
   */
  inherit(collection: Collection, inherited: readonly Tombstone[]): Promise<void>;

  /** The parents that the records which meet all conditions belong to, each once. */
  parentsOf(collection: Collection, conditions: readonly Condition[]): Promise<readonly string[]>;

  /** The newest version that the store holds, in a record, in quarantine or in a tombstone; 0 when it is empty. */
  newestVersion(): Promise<Version>;

  /** Counts by status, and the sum and number of the non-null values of the fields of `summed`. */
  summarize(collection: Collection): Promise<Summary>;

  /** Bytes that the store takes on its disk, indexes included; an estimate where the store only estimates. */
  sizeBytes(): Promise<number>;

  /** Asks the store for a trivial answer; throws StorageUnavailableError with the reason when none comes. */
  healthCheck(): Promise<void>;

  /**
   * Keeps in mind what an instance may still bring: nothing older than `holdsFrom`. With null, it
   * holds nothing any more.
   */
  announce(instance: Instance, holdsFrom: Version | null): Promise<void>;

  /**
   * Drops tombstones that nothing older can reach any more: older than `before`, than all that an
   * announced instance may still bring, and than all that is in quarantine. Returns how many, and
   * which instance keeps the most.
   */
  dropTombstones(before: Version): Promise<DroppedTombstones>;

  /** The refused records of the collections that it holds. */
  readonly quarantine: Quarantine;

  /**
   * What somebody has to look at though the store answers, in words; empty, or no method, when
   * nothing is. Asks nobody.
   */
  concerns?(): readonly string[];

  /** What the clock of the store says, epoch milliseconds; null, or no method, where it has none of its own. */
  clock?(): Promise<number | null>;

  /** How busy its connections are, without asking it; null, or no method, where there are none. */
  connections?(): ConnectionUse | null;

  /**
   * Runs work of which there may be one at a time, over all services on this store; returns null,
   * and runs nothing, while another does it. No method where a store belongs to one service. A
   * service that dies lets go of it. Throws StorageUnavailableError, and what `work` throws.
   */
  alone?<Result>(name: string, work: () => Promise<Result>): Promise<Result | null>;

  /** Waits for what is under way and lets go of every resource. Closing twice is harmless. */
  close(): Promise<void>;
}

/** A process of the service, as a store knows it. */
export interface Instance {
  /** At most 36 characters. */
  readonly id: string;
  /** What it holds may come back after a crash. One whose entries do not is forgotten after a day. */
  readonly survives: boolean;
  /** When it was last heard of, epoch milliseconds. */
  readonly seenAt: number;
}

export interface DroppedTombstones {
  readonly dropped: number;
  /** The instance that may bring the oldest writes; null when none is known. */
  readonly oldest: Instance | null;
}

export interface DeleteGuard {
  /** The record meets all of these. */
  readonly conditions: readonly Condition[];
  /** Whether the record stays while an unfinished record of this store belongs to it, or to one that does. */
  readonly keepsUnfinished: boolean;
}

export interface Deletion {
  /** The version of the delete: the one asked for, or a greater one. */
  readonly version: Version;
  /**
   * How many stored records went with the record, by collection; without the record itself and
   * those in quarantine.
   */
  readonly descendants: ReadonlyMap<CollectionName, number>;
  /** Of those that went with it: the ones that other records may belong to. Each has left a tombstone `gone`. */
  readonly parents: readonly RecordName[];
}

export interface RecordName {
  readonly collection: CollectionName;
  readonly key: string;
}

/** At one moment. */
export interface ConnectionUse {
  /** Connections that work for someone, or are being made for someone. */
  readonly inUse: number;
  readonly idle: number;
  /** Connections that there may be. */
  readonly limit: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

export interface ListWindow {
  readonly items: readonly Write[];
  readonly next: Position | null;
  /** How many records the list had at the moment of the window; at least for a deep one (domain/query.ts). */
  readonly total?: number;
}

export interface Summary {
  readonly total: number;
  /** Empty where the collection has no status. */
  readonly byStatus: Readonly<Record<string, number>>;
  readonly sums: Readonly<Record<string, { readonly sum: number; readonly count: number }>>;
}

/** Which backend holds which collection; fixed at start. */
export interface StorageRegistry {
  backendOf(collection: CollectionName): StorageBackend;
  /** Each backend that some collection is routed to, once. */
  backends(): readonly StorageBackend[];
  /** The collections that a backend holds. */
  collectionsOf(backend: StorageBackend): readonly CollectionName[];
}
