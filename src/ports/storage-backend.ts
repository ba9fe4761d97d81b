import type { Collection, CollectionName } from '../domain/collection.js';
import type { Condition, ListQuery, Position } from '../domain/query.js';
import type { Tombstone } from '../domain/tombstone.js';
import type { Version } from '../domain/version.js';
import type { Write } from '../domain/write.js';
import type { DeleteGuard, Deletion } from './deletion.js';
import type { Quarantine } from './quarantine.js';
import type { TombstoneStore } from './tombstone-store.js';

/**
 * A store of collections. test/contracts states this contract as tests; every implementation runs
 * them all, and behaves the same.
 *
 * For implementers:
 * - Keys and strings are compared byte for byte and sorted by their UTF-8 bytes; no padding, no
 *   case folding.
 * - Every method except `open` and `close` may be called concurrently.
 * - Failures are distinguished by class: `StorageUnavailableError` if the same call may succeed
 *   later (down, timed out, deadlock, full), `RecordRefusedError` (from `write` only) if the store
 *   refuses one of the records because of its content. Neither message contains SQL or record
 *   values. Any other thrown error is a bug.
 */
export interface StorageBackend {
  /** The name used in `storage.routes`. */
  readonly name: string;
  /** The driver and its version, for example `better-sqlite3 13.2.0`. */
  readonly driver: string;

  /**
   * Connects, checks that the store is usable, and migrates its schema (or checks it, if migrating
   * is disabled). Throws ConfigurationError if the store cannot be used as configured, with what to
   * do; StorageUnavailableError if it cannot be reached.
   */
  open(): Promise<void>;

  /**
   * Merges writes into what is stored (domain/merge.ts), all of them or none, durably before it
   * resolves. `writes` has each key at most once. May be repeated with the same writes, all or
   * some, before or after others, without changing the result.
   *
   * What a delete covers (domain/tombstone.ts) is omitted, even if the delete happens concurrently,
   * through any instance. Returns how many writes were omitted completely.
   *
   * Refuses a record whose parent belongs to this store but does not exist (MISSING_PARENT), and
   * one that is already stored with another parent (SESSION_MISMATCH).
   */
  write(collection: Collection, writes: readonly Write[]): Promise<number>;

  /** What is stored under a key, with the versions that merging needs; null if nothing is. */
  read(collection: Collection, key: string): Promise<Write | null>;

  /** Those of these keys that are stored, each with its parent; null if the collection has none. */
  existing(
    collection: Collection,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string | null>>;

  /** One window of a sorted list. `next` is null if nothing follows. */
  query(collection: Collection, query: ListQuery): Promise<ListWindow>;

  /** The keys of one window of a sorted list, without reading the records. */
  keys(collection: Collection, query: KeyQuery): Promise<KeyWindow>;

  /** How many records meet all conditions. */
  count(collection: Collection, conditions: readonly Condition[]): Promise<number>;

  /**
   * Deletes the record of a key, with all its descendants in this store, stored or in quarantine;
   * all or nothing. It leaves a tombstone, also for each deleted record that others may belong to:
   * no write of `version` or an older one restores any of it. What is stored is always older than
   * the delete: if necessary, the delete receives a greater version.
   *
   * With a `guard` it deletes only if the record is stored and meets the guard at that moment;
   * otherwise it changes nothing and returns null. Without one, it leaves a tombstone even if there
   * is no record: its children may be here while it is in another store.
   */
  delete(
    collection: Collection,
    key: string,
    version: Version,
    guard?: DeleteGuard,
  ): Promise<Deletion | null>;

  /**
   * Stores tombstones `gone` of records that were deleted with their parent before they reached the
   * store, and deletes what belongs to them in quarantine.
   */
  inherit(collection: Collection, inherited: readonly Tombstone[]): Promise<void>;

  /** Those of at most 500 parents that have a record that meets all conditions. */
  parentsWith(
    collection: Collection,
    parents: readonly string[],
    conditions: readonly Condition[],
  ): Promise<readonly string[]>;

  /**
   * The newest version in the store, in a record, in quarantine or in a tombstone; 0 if it is
   * empty.
   */
  newestVersion(): Promise<Version>;

  /**
   * How many of the records that meet all conditions have each combination of values of the fields
   * `by`, in any order; combinations without a record are missing.
   */
  tally(
    collection: Collection,
    conditions: readonly Condition[],
    by: readonly string[],
  ): Promise<readonly Tally[]>;

  /** Counts by status, and the sum and number of the non-null values of the fields of `summed`. */
  summarize(collection: Collection): Promise<Summary>;

  /**
   * Size of the store on its disk in bytes, including indexes; an estimate if the store only
   * estimates.
   */
  sizeBytes(): Promise<number>;

  /**
   * Sends the store a trivial query; throws StorageUnavailableError with the reason if it does not
   * answer.
   */
  healthCheck(): Promise<void>;

  /**
   * Records what an instance may still write: nothing older than `holdsFrom`. With null, it holds
   * nothing any more.
   */
  announce(instance: Instance, holdsFrom: Version | null): Promise<void>;

  /**
   * Drops tombstones that nothing older can reach any more: older than `before`, than everything
   * that an announced instance may still write, and than everything in quarantine. Returns how
   * many, and which instance keeps the most.
   */
  dropTombstones(before: Version): Promise<DroppedTombstones>;

  /** The refused records of the collections of this store. */
  readonly quarantine: Quarantine;

  /** The tombstones of this store. */
  readonly tombstones: TombstoneStore;

  /**
   * What a person must check although the store answers, in words; empty, or no method, if there is
   * nothing. Sends no query.
   */
  concerns?(): readonly string[];

  /** The clock of the store, epoch milliseconds; null, or no method, if it has no clock. */
  clock?(): Promise<number | null>;

  /** What it knows about its servers, without a query; null, or no method, if there are none. */
  health?(): StoreHealth | null;

  /** Use of its connections, without a query; null, or no method, if there are none. */
  connections?(): ConnectionUse | null;

  /**
   * Runs work under a lease, once at a time over all services on this store; returns null, and runs
   * nothing, while another service holds the lease. A store that belongs to one service always grants
   * it. The lease of a service that dies, or does not reach the store, expires by the clock of the store
   * within a minute. Throws StorageUnavailableError, and what `work` throws.
   */
  withLease<Result>(name: string, work: (lease: Lease) => Promise<Result>): Promise<Result | null>;

  /** Waits for running calls and releases all resources. Closing twice is harmless. */
  close(): Promise<void>;
}

/** The right to do what only one service may do. It is renewed while the work runs. */
export interface Lease {
  /**
   * Called between steps: throws StorageUnavailableError if another service may hold the lease by
   * now, because the store was not reached in time or this process was suspended.
   */
  check(): void;
}

/** Of a store that belongs to one service. */
export const ALWAYS_HELD: Lease = { check: () => undefined };

/** A process of the service, as a store knows it. */
export interface Instance {
  /** At most 36 characters. */
  readonly id: string;
  /**
   * Whether what it holds may be replayed after a crash. An instance whose entries do not survive
   * is forgotten after a day.
   */
  readonly survives: boolean;
  /** When it last announced itself, epoch milliseconds. */
  readonly seenAt: number;
}

export interface DroppedTombstones {
  readonly dropped: number;
  /** The instance that may write the oldest version; null if none is known. */
  readonly oldest: Instance | null;
}

export interface NodeCount {
  /** Nodes that statements may be sent to, now or once they become the primary of their group. */
  readonly usable: number;
  readonly all: number;
}

export interface StoreHealth {
  readonly nodes: NodeCount;
  /**
   * Transactions that were repeated since the start, after a deadlock or a conflict with another
   * node.
   */
  readonly repeats: number;
}

/** At one moment. */
export interface ConnectionUse {
  /** Connections that are in use, or being opened for a use. */
  readonly inUse: number;
  readonly idle: number;
  /** Maximum number of connections. */
  readonly limit: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

export type KeyQuery = Omit<ListQuery, 'maxBytes'>;

export interface KeyWindow {
  readonly keys: readonly string[];
  readonly next: Position | null;
}

export interface ListWindow {
  readonly items: readonly Write[];
  readonly next: Position | null;
  /**
   * Number of records in the list at the moment of the window; set at least for a deep one
   * (domain/query.ts).
   */
  readonly total?: number;
}

export interface Tally {
  /** In the order of the fields. */
  readonly values: readonly string[];
  readonly count: number;
}

export interface Summary {
  readonly total: number;
  /** Empty if the collection has no status. */
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
