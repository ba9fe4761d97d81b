import type { Collection } from '../../../domain/collection.js';
import { StorageUnavailableError } from '../../../domain/errors.js';
import type { Condition, ListQuery } from '../../../domain/query.js';
import type { Tombstone } from '../../../domain/tombstone.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type { Clock } from '../../../ports/clock.js';
import type { DeleteGuard } from '../../../ports/deletion.js';
import type { Quarantine } from '../../../ports/quarantine.js';
import type {
  ConnectionUse,
  DroppedTombstones,
  Instance,
  KeyQuery,
  Lease,
  StorageBackend,
  StoreHealth,
} from '../../../ports/storage-backend.js';
import type { TombstoneStore } from '../../../ports/tombstone-store.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { GuardedQuarantine } from './guarded-quarantine.js';

const BREAKER = { failures: 5, pause: 1000 };

/**
 * A backend behind circuit breakers, so that requests do not call a store that does not answer
 * again and again, and wait for its timeout each time. Only StorageUnavailableError counts as a
 * failure; a refused record is an answer. A refused call gets the reason.
 *
 * Reads and changes have separate breakers: a full disk, or a read-only server, accepts no writes,
 * but reads still work.
 */
export class GuardedBackend implements StorageBackend {
  readonly #reading: CircuitBreaker;
  readonly #changing: CircuitBreaker;

  /**
   * Why the last write failed. Any change that succeeds clears it: if its records do not wait for
   * another attempt, there may be no next write. An `unclear` failure may be of one record alone.
   */
  #whyNoWrites: string | null = null;
  readonly quarantine: Quarantine;

  constructor(
    private readonly inner: StorageBackend,
    clock: Clock,
  ) {
    this.#reading = new CircuitBreaker(clock, BREAKER);
    this.#changing = new CircuitBreaker(clock, BREAKER);
    this.quarantine = new GuardedQuarantine(
      inner.quarantine,
      (question) => this.#ask(question),
      (change) => this.#change(change),
    );
  }

  get name(): string {
    return this.inner.name;
  }

  get driver(): string {
    return this.inner.driver;
  }

  /** Not guarded: the copy of a store ends at the first failure, and a read by id at any. */
  get tombstones(): TombstoneStore {
    return this.inner.tombstones;
  }

  /** Not guarded: the caller needs the real error. */
  open(): Promise<void> {
    return this.inner.open();
  }

  async write(collection: Collection, writes: readonly Write[]): Promise<number> {
    try {
      return await this.#change(() => this.inner.write(collection, writes));
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) this.#whyNoWrites = null;
      else if (!error.unclear) this.#whyNoWrites = error.message;
      throw error;
    }
  }

  read(collection: Collection, key: string) {
    return this.#ask(() => this.inner.read(collection, key));
  }

  existing(collection: Collection, keys: readonly string[]) {
    return this.#ask(() => this.inner.existing(collection, keys));
  }

  query(collection: Collection, query: ListQuery) {
    return this.#ask(() => this.inner.query(collection, query));
  }

  keys(collection: Collection, query: KeyQuery) {
    return this.#ask(() => this.inner.keys(collection, query));
  }

  count(collection: Collection, conditions: readonly Condition[]) {
    return this.#ask(() => this.inner.count(collection, conditions));
  }

  delete(collection: Collection, key: string, version: Version, guard?: DeleteGuard) {
    return this.#change(() => this.inner.delete(collection, key, version, guard));
  }

  parentsWith(
    collection: Collection,
    parents: readonly string[],
    conditions: readonly Condition[],
  ) {
    return this.#ask(() => this.inner.parentsWith(collection, parents, conditions));
  }

  newestVersion(): Promise<Version> {
    return this.#ask(() => this.inner.newestVersion());
  }

  announce(instance: Instance, holdsFrom: Version | null): Promise<void> {
    return this.#change(() => this.inner.announce(instance, holdsFrom));
  }

  dropTombstones(before: Version): Promise<DroppedTombstones> {
    return this.#change(() => this.inner.dropTombstones(before));
  }

  inherit(collection: Collection, inherited: readonly Tombstone[]): Promise<void> {
    return this.#change(() => this.inner.inherit(collection, inherited));
  }

  tally(collection: Collection, conditions: readonly Condition[], by: readonly string[]) {
    return this.#ask(() => this.inner.tally(collection, conditions, by));
  }

  summarize(collection: Collection) {
    return this.#ask(() => this.inner.summarize(collection));
  }

  sizeBytes(): Promise<number> {
    return this.#ask(() => this.inner.sizeBytes());
  }

  healthCheck(): Promise<void> {
    return this.#ask(() => this.inner.healthCheck());
  }

  /** For example a full disk: reads still work, and writes stay pending. */
  concerns(): readonly string[] {
    const inner = this.inner.concerns?.() ?? [];
    return this.#whyNoWrites === null
      ? inner
      : [...inner, `it accepts no writes: ${this.#whyNoWrites}`];
  }

  async clock(): Promise<number | null> {
    return this.#ask(async () => (await this.inner.clock?.()) ?? null);
  }

  health(): StoreHealth | null {
    return this.inner.health?.() ?? null;
  }

  connections(): ConnectionUse | null {
    return this.inner.connections?.() ?? null;
  }

  /** Not guarded: the work calls the store itself, and its failures are counted there. */
  withLease<Result>(name: string, work: (lease: Lease) => Promise<Result>): Promise<Result | null> {
    return this.inner.withLease(name, work);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    return this.#reading.ask(question);
  }

  async #change<Answer>(change: () => Promise<Answer>): Promise<Answer> {
    const answer = await this.#changing.ask(change);
    this.#whyNoWrites = null;
    return answer;
  }
}
