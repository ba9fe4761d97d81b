import { GuardedQuarantine } from '../../../src/adapters/storage/guarded/guarded-quarantine.js';
import type { Collection } from '../../../src/domain/collection.js';
import {
  RecordRefusedError,
  type RefusalReason,
  StorageUnavailableError,
} from '../../../src/domain/errors.js';
import type { Condition, ListQuery } from '../../../src/domain/query.js';
import type { Tombstone } from '../../../src/domain/tombstone.js';
import type { Version } from '../../../src/domain/version.js';
import type { Write } from '../../../src/domain/write.js';
import type { DeleteGuard } from '../../../src/ports/deletion.js';
import type { Quarantine } from '../../../src/ports/quarantine.js';
import type {
  Instance,
  KeyQuery,
  Lease,
  StorageBackend,
} from '../../../src/ports/storage-backend.js';

/**
 * A wrapper around a backend that can be down, slow, refuse records, or lose the answer to a write.
 */
export class FaultyBackend implements StorageBackend {
  /** Every call fails as if the store were unreachable. */
  down = false;
  /** The store commits the write, and the connection is lost before its answer. */
  losesAnswers = false;
  /** The lease expires while it is held. */
  losesLease = false;
  /** Another service holds every lease of the store. */
  lockedElsewhere = false;
  /** Keys of records that the store refuses. */
  readonly refused = new Set<string>();
  /** The versions that instances have announced, in order. */
  readonly announced: (Version | null)[] = [];
  refusedFor: RefusalReason = 'CONSTRAINT';
  /** Keys of records on which the store fails with an unknown error. */
  readonly failsOn = new Set<string>();
  /** The batches of all write attempts, by their keys. */
  readonly attempts: (readonly string[])[] = [];
  /** The windows of all list reads. */
  readonly windows: ListQuery['window'][] = [];
  #gate: Promise<void> = Promise.resolve();

  readonly quarantine: Quarantine;

  constructor(private readonly inner: StorageBackend) {
    this.quarantine = new GuardedQuarantine(inner.quarantine, async (question) => {
      this.#check();
      return question();
    });
  }

  get name(): string {
    return this.inner.name;
  }

  get tombstones() {
    return this.inner.tombstones;
  }

  get driver(): string {
    return this.inner.driver;
  }

  /** Makes writes hang until the returned function is called. */
  hang(): () => void {
    let release: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  open(): Promise<void> {
    return this.inner.open();
  }

  async write(collection: Collection, writes: readonly Write[]): Promise<number> {
    this.attempts.push(writes.map(({ key }) => key));
    await this.#gate;
    this.#check();
    if (writes.some(({ key }) => this.refused.has(key))) {
      throw new RecordRefusedError(this.refusedFor, 'a value breaks a constraint of the table');
    }
    if (writes.some(({ key }) => this.failsOn.has(key)))
      throw new StorageUnavailableError(this.name, 'error 9999', undefined, { unclear: true });
    const covered = await this.inner.write(collection, writes);
    if (this.losesAnswers) throw new StorageUnavailableError(this.name, 'connection lost');
    return covered;
  }

  async read(collection: Collection, key: string): Promise<Write | null> {
    this.#check();
    return this.inner.read(collection, key);
  }

  async existing(collection: Collection, keys: readonly string[]) {
    this.#check();
    return this.inner.existing(collection, keys);
  }

  async query(collection: Collection, query: ListQuery) {
    this.#check();
    this.windows.push(query.window);
    return this.inner.query(collection, query);
  }

  async keys(collection: Collection, query: KeyQuery) {
    this.#check();
    return this.inner.keys(collection, query);
  }

  async count(collection: Collection, conditions: readonly Condition[]) {
    this.#check();
    return this.inner.count(collection, conditions);
  }

  async delete(collection: Collection, key: string, version: Version, guard?: DeleteGuard) {
    this.#check();
    return this.inner.delete(collection, key, version, guard);
  }

  async parentsWith(
    collection: Collection,
    parents: readonly string[],
    conditions: readonly Condition[],
  ) {
    this.#check();
    return this.inner.parentsWith(collection, parents, conditions);
  }

  async newestVersion(): Promise<Version> {
    this.#check();
    return this.inner.newestVersion();
  }

  async announce(instance: Instance, holdsFrom: Version | null): Promise<void> {
    this.#check();
    this.announced.push(holdsFrom);
    return this.inner.announce(instance, holdsFrom);
  }

  async dropTombstones(before: Version) {
    this.#check();
    return this.inner.dropTombstones(before);
  }

  async inherit(collection: Collection, inherited: readonly Tombstone[]): Promise<void> {
    this.#check();
    return this.inner.inherit(collection, inherited);
  }

  async tally(collection: Collection, conditions: readonly Condition[], by: readonly string[]) {
    this.#check();
    return this.inner.tally(collection, conditions, by);
  }

  async summarize(collection: Collection) {
    this.#check();
    return this.inner.summarize(collection);
  }

  async sizeBytes(): Promise<number> {
    this.#check();
    return this.inner.sizeBytes();
  }

  async healthCheck(): Promise<void> {
    this.#check();
    return this.inner.healthCheck();
  }

  concerns(): readonly string[] {
    return this.inner.concerns?.() ?? [];
  }

  /** The clock of the store, epoch milliseconds; null: none. */
  time: number | null = null;

  async clock(): Promise<number | null> {
    this.#check();
    return this.time;
  }

  connections() {
    return this.inner.connections?.() ?? null;
  }

  async withLease<Result>(
    _name: string,
    work: (lease: Lease) => Promise<Result>,
  ): Promise<Result | null> {
    return this.lockedElsewhere ? null : work({ check: () => this.#checkLease() });
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  #checkLease(): void {
    if (this.losesLease) throw new StorageUnavailableError(this.name, 'the lease has expired');
  }

  #check(): void {
    if (this.down) throw new StorageUnavailableError(this.name, 'connection refused');
  }
}
