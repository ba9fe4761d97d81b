import type { Collection, CollectionName } from '../domain/collection.js';
import type { Condition, ListQuery, Position } from '../domain/query.js';
import type { Write } from '../domain/write.js';

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
  /** What is behind it and in which version, such as `better-sqlite3 12.11.1`. */
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
   * or in part, before or after others, without changing the result. A record whose parent is in
   * this same store but does not exist is refused with reason MISSING_PARENT.
   */
  write(collection: Collection, writes: readonly Write[]): Promise<void>;

  /** What is stored under a key, with the versions that merging needs; null when nothing is. */
  read(collection: Collection, key: string): Promise<Write | null>;

  /** Which of these keys are stored. */
  existing(collection: Collection, keys: readonly string[]): Promise<ReadonlySet<string>>;

  /** One window of a sorted list. `next` is null when nothing follows. */
  query(collection: Collection, query: ListQuery): Promise<ListWindow>;

  /** How many records meet all conditions. */
  count(collection: Collection, conditions: readonly Condition[]): Promise<number>;

  /**
   * Deletes records that meet all conditions, at most `limit` of them, in one transaction; which
   * of them is not defined. Records of this store that belong to a deleted record go with it, and
   * are neither counted nor limited. Returns how many met the conditions and were deleted.
   */
  delete(collection: Collection, conditions: readonly Condition[], limit: number): Promise<number>;

  /** Counts by status, and the sum and number of the non-null values of the given numeric fields. */
  summarize(collection: Collection, fields: readonly string[]): Promise<Summary>;

  /** Bytes that the store takes on its disk, indexes included; an estimate where the store only estimates. */
  sizeBytes(): Promise<number>;

  /** Asks the store for a trivial answer; throws StorageUnavailableError with the reason when none comes. */
  healthCheck(): Promise<void>;

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
}

export interface Summary {
  readonly total: number;
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
