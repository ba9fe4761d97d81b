import type { Collection } from '../../../domain/collection.js';
import type { Condition, ListQuery } from '../../../domain/query.js';
import type { Write } from '../../../domain/write.js';
import type { Clock } from '../../../ports/clock.js';
import type { ConnectionUse, StorageBackend } from '../../../ports/storage-backend.js';
import { CircuitBreaker } from './circuit-breaker.js';

const BREAKER = { failures: 5, pause: 1000 };

/**
 * A backend behind circuit breakers: a store that does not answer is not asked again and again by
 * every request, each waiting for its time-out. Only StorageUnavailableError counts as a failure; a
 * refused record is an answer. Whoever is kept from the store is told why.
 *
 * Reading and changing have a breaker each: a full disk, or a server that is read-only, takes no
 * writes, and what can be read is read.
 */
export class GuardedBackend implements StorageBackend {
  readonly #reading: CircuitBreaker;
  readonly #changing: CircuitBreaker;

  constructor(
    private readonly inner: StorageBackend,
    clock: Clock,
  ) {
    this.#reading = new CircuitBreaker(clock, BREAKER);
    this.#changing = new CircuitBreaker(clock, BREAKER);
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

  write(collection: Collection, writes: readonly Write[]): Promise<void> {
    return this.#ask(() => this.inner.write(collection, writes), this.#changing);
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

  delete(collection: Collection, conditions: readonly Condition[], limit: number) {
    return this.#ask(() => this.inner.delete(collection, conditions, limit), this.#changing);
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

  #ask<Answer>(question: () => Promise<Answer>, breaker = this.#reading): Promise<Answer> {
    return breaker.ask(question);
  }
}
