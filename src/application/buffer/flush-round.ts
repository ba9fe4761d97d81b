import type { Collection, CollectionName } from '../../domain/collection.js';
import { COLLECTIONS, collectionOf } from '../../domain/collections.js';
import type { Write } from '../../domain/write.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Quarantine } from '../../ports/quarantine.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import { type IsolationTarget, storeOrRefuse } from './isolate.js';
import type { Ledger } from './ledger.js';
import type { PendingWrites } from './pending-writes.js';

/** Rows that go to the store in one transaction: large enough to be cheap, small enough to let reads through. */
const ROWS_PER_WRITE = 1000;
/** Transactions under way at a time: a store is kept busy while the next rows are made ready. */
const LANES = 2;

export interface FlushRoundDependencies {
  readonly registry: StorageRegistry;
  readonly quarantine: Quarantine;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/**
 * Writes out everything that waits, parents before children, and settles it chunk by chunk: a
 * chunk is settled once its records are stored or durably quarantined. When the store fails, what
 * is not settled waits again, and the error is thrown.
 *
 * `onParentsStored` is told the keys of parents that were just stored.
 */
export class FlushRound {
  constructor(
    private readonly dependencies: FlushRoundDependencies,
    private readonly pending: Readonly<Record<CollectionName, PendingWrites>>,
    private readonly onParentsStored: (keys: ReadonlySet<string>) => Promise<void>,
  ) {}

  async run(): Promise<void> {
    // All collections are taken in the same instant: a parent accepted before its child is then
    // in this round or in an earlier one, never in a later one.
    const taken = COLLECTIONS.map((collection) => ({
      collection,
      writes: this.pending[collection.name].take(),
    }));
    try {
      for (const { collection, writes } of taken) await this.#writeAll(collection, writes);
    } finally {
      for (const { collection } of taken) {
        this.dependencies.ledger.coalesce(this.pending[collection.name].putBack());
      }
    }
  }

  async #writeAll(collection: Collection, writes: readonly Write[]): Promise<void> {
    const target = this.#target(collection);
    let next = 0;
    const lane = async () => {
      while (next < writes.length) {
        const from = next;
        next += ROWS_PER_WRITE;
        try {
          await this.#writeChunk(target, writes.slice(from, from + ROWS_PER_WRITE));
        } catch (error) {
          next = writes.length;
          throw error;
        }
      }
    };
    // All lanes have ended before anything waits again: none may be stored and put back at once.
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    const failed = lanes.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async #writeChunk(target: IsolationTarget, chunk: readonly Write[]): Promise<void> {
    const { ledger, metrics, quarantine, clock, logger } = this.dependencies;
    const { collection } = target;
    const refused = await storeOrRefuse(target, chunk);
    if (refused.length > 0) {
      const at = clock.now();
      const merged = await quarantine.add(
        refused.map((refusal) => ({ collection: collection.name, at, ...refusal })),
      );
      ledger.quarantine(refused.length, merged);
      metrics.recordsQuarantined(collection.name, refused.length);
      logger.warn(
        { collection: collection.name, records: refused.length, reason: refused[0]?.reason },
        'The store refused records; they are in quarantine',
      );
    }
    const stored = chunk.length - refused.length;
    ledger.store(collection.name, stored);
    metrics.recordsStored(collection.name, stored);
    this.pending[collection.name].settle(chunk);
    if (COLLECTIONS.some(({ parent }) => parent?.collection === collection.name)) {
      const aside = new Set(refused.map(({ write }) => write.key));
      await this.onParentsStored(
        new Set(chunk.map(({ key }) => key).filter((key) => !aside.has(key))),
      );
    }
  }

  #target(collection: Collection): IsolationTarget {
    const { registry } = this.dependencies;
    const backend = registry.backendOf(collection.name);
    const { parent } = collection;
    const parents = parent === null ? null : collectionOf(parent.collection);
    const parentBackend = parents === null ? null : registry.backendOf(parents.name);
    return {
      collection,
      write: (writes) => backend.write(collection, writes),
      existingParents: async (keys) =>
        parents === null || parentBackend === null
          ? new Set(keys)
          : parentBackend.existing(parents, keys),
      stored: async (keys) => {
        const found: Write[] = [];
        for (const key of await backend.existing(collection, keys)) {
          const write = await backend.read(collection, key);
          if (write !== null) found.push(write);
        }
        return found;
      },
      checkParentsFirst: parentBackend !== null && parentBackend !== backend,
    };
  }
}
