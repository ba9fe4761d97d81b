import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleType,
} from 'cockatiel';
import type { Collection } from '../../../domain/collection.js';
import { StorageUnavailableError } from '../../../domain/errors.js';
import type { Condition, ListQuery } from '../../../domain/query.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type { Quarantine } from '../../../ports/quarantine.js';
import type {
  ConnectionUse,
  DeleteGuard,
  DroppedTombstones,
  Instance,
  StorageBackend,
} from '../../../ports/storage-backend.js';
import { GuardedQuarantine } from './guarded-quarantine.js';

/** Failures in a row after which the store is left alone. */
const FAILURES = 5;
/** How long, before one call is let through to see whether it is back; milliseconds. */
const PAUSE = 1000;

/**
 * A backend behind a circuit breaker: a store that does not answer is not asked again and again by
 * every request, each waiting for its time-out. Only StorageUnavailableError counts as a failure; a
 * refused record is an answer.
 */
export class GuardedBackend implements StorageBackend {
  readonly #breaker: CircuitBreakerPolicy = circuitBreaker(handleType(StorageUnavailableError), {
    halfOpenAfter: PAUSE,
    breaker: new ConsecutiveBreaker(FAILURES),
  });

  readonly quarantine: Quarantine;

  constructor(private readonly inner: StorageBackend) {
    this.quarantine = new GuardedQuarantine(inner.quarantine, (question) => this.#ask(question));
  }

  get name(): string {
    return this.inner.name;
  }

  get driver(): string {
    return this.inner.driver;
  }

  /** Not guarded: whoever opens wants to know what is wrong. */
  open(): Promise<void> {
    return this.inner.open();
  }

  write(collection: Collection, writes: readonly Write[]): Promise<number> {
    return this.#ask(() => this.inner.write(collection, writes));
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

  count(collection: Collection, conditions: readonly Condition[]) {
    return this.#ask(() => this.inner.count(collection, conditions));
  }

  delete(collection: Collection, key: string, version: Version, guard?: DeleteGuard) {
    return this.#ask(() => this.inner.delete(collection, key, version, guard));
  }

  parentsOf(collection: Collection, conditions: readonly Condition[]) {
    return this.#ask(() => this.inner.parentsOf(collection, conditions));
  }

  newestVersion(): Promise<Version> {
    return this.#ask(() => this.inner.newestVersion());
  }

  announce(instance: Instance, holdsFrom: Version | null): Promise<void> {
    return this.#ask(() => this.inner.announce(instance, holdsFrom));
  }

  dropTombstones(before: Version): Promise<DroppedTombstones> {
    return this.#ask(() => this.inner.dropTombstones(before));
  }

  summarize(collection: Collection, fields: readonly string[]) {
    return this.#ask(() => this.inner.summarize(collection, fields));
  }

  sizeBytes(): Promise<number> {
    return this.#ask(() => this.inner.sizeBytes());
  }

  healthCheck(): Promise<void> {
    return this.#ask(() => this.inner.healthCheck());
  }

  connections(): ConnectionUse | null {
    return this.inner.connections?.() ?? null;
  }

  /** Not guarded: the work asks the store itself, and its failures are counted there. */
  async alone<Result>(name: string, work: () => Promise<Result>): Promise<Result | null> {
    return this.inner.alone === undefined ? work() : this.inner.alone(name, work);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#breaker.execute(question);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new StorageUnavailableError(
        this.name,
        `the ${this.name} store has not answered lately; it is asked again every ${PAUSE / 1000} s`,
      );
    }
  }
}
