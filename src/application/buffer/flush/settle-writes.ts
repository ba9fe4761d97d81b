import type { Collection } from '../../../domain/collection.js';
import { collectionOf } from '../../../domain/collections/family.js';
import { RecordRefusedError, StorageUnavailableError } from '../../../domain/errors.js';
import type { Write } from '../../../domain/write.js';
import type { Clock } from '../../../ports/clock.js';
import type { Logger } from '../../../ports/logger.js';
import type { Metrics } from '../../../ports/metrics.js';
import type { Refusal } from '../../../ports/quarantine.js';
import type { StorageRegistry } from '../../../ports/storage-backend.js';
import { type BisectionTarget, type StuckWrite, storeOrRefuse } from './bisect.js';
import type { StoredChanges } from './stored-changes.js';

/** The outcome of some writes; the numbers and `stuck` add up to the number of writes. */
export interface Settlement {
  readonly stored: number;
  readonly quarantined: number;
  /** Writes covered by a delete that was accepted later: they have no effect. */
  readonly covered: number;
  /** Writes on which the store fails: they are neither stored nor quarantined. */
  readonly stuck: readonly StuckWrite[];
  /** The keys of the writes that are not stored. */
  readonly missingKeys: ReadonlySet<string>;
  /**
   * Missing parents of refused writes that have been stored meanwhile, for example by another
   * instance.
   */
  readonly arrivedParents: readonly string[];
}

/** Stores writes, and quarantines those that their store refuses. */
export class SettleWrites {
  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly clock: Clock;
      readonly metrics: Metrics;
      readonly logger: Logger;
      readonly changes: StoredChanges;
    },
  ) {}

  /**
   * Resolves when each write is stored or quarantined, durably, except those on which the store
   * fails although it stores others. These are only searched for with `suspectsRecords`. `writes`
   * has each key at most once. Throws StorageUnavailableError; some writes may then be settled, and
   * repeating them is harmless.
   */
  async settle(
    collection: Collection,
    writes: readonly Write[],
    { suspectsRecords = false }: { readonly suspectsRecords?: boolean } = {},
  ): Promise<Settlement> {
    const target = this.#target(collection, suspectsRecords);
    const { refused, covered, stuck } = await storeOrRefuse(target, writes);
    const stored = writes.length - refused.length - covered - stuck.length;
    this.dependencies.metrics.recordsStored(collection.name, stored);
    if (stored > 0) this.dependencies.changes.stored(collection, writes);
    const missingKeys = new Set([...refused, ...stuck].map(({ write }) => write.key));
    if (refused.length === 0)
      return { stored, quarantined: 0, covered, stuck, missingKeys, arrivedParents: [] };
    const kept = await this.#quarantine(collection, refused);
    // The parents are queried after the orphans are quarantined. An instance that stores a parent
    // looks in the quarantine afterwards. So either that instance finds the orphans, or they find
    // the parent.
    const missing = [...new Set(refused.flatMap(({ missingParent }) => missingParent ?? []))];
    const arrived =
      missing.length === 0 ? new Set<string>() : await target.existingParents(missing);
    return {
      stored,
      quarantined: refused.length - kept.covered - kept.stuck.length,
      covered: covered + kept.covered,
      stuck: [...stuck, ...kept.stuck],
      missingKeys,
      arrivedParents: [...arrived],
    };
  }

  /** Omits the writes that a delete covers, and those that the store cannot quarantine either. */
  async #quarantine(
    collection: Collection,
    refused: readonly Refusal[],
  ): Promise<{ readonly covered: number; readonly stuck: readonly StuckWrite[] }> {
    const { registry, clock, metrics, logger } = this.dependencies;
    const backend = registry.backendOf(collection.name);
    const stuck: StuckWrite[] = [];
    const add = (some: readonly Refusal[]) => backend.quarantine.add(collection, some, clock.now());
    const covered = await add(refused).catch(async (error: unknown) => {
      if (!(error instanceof RecordRefusedError)) throw error;
      let sum = 0;
      for (const refusal of refused) {
        sum += await add([refusal]).catch((cause: unknown) => {
          if (!(cause instanceof RecordRefusedError)) throw cause;
          const message = `it refuses the record (${refusal.reason}) and cannot quarantine it: ${cause.message}`;
          const reason = new StorageUnavailableError(backend.name, message, cause, {
            unclear: true,
          });
          stuck.push({ write: refusal.write, error: reason });
          return 0;
        });
      }
      return sum;
    });
    const quarantined = refused.length - covered - stuck.length;
    if (quarantined > 0) {
      metrics.recordsQuarantined(collection.name, quarantined);
      logger.warn(
        { collection: collection.name, records: quarantined, reason: refused[0]?.reason },
        'The store refused records; they are quarantined',
      );
    }
    return { covered, stuck };
  }

  #target(collection: Collection, suspectsRecords: boolean): BisectionTarget {
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
          : new Set((await parentBackend.existing(parents, keys)).keys()),
      storedParents: (keys) => backend.existing(collection, keys),
      checkParentsFirst: parentBackend !== null && parentBackend !== backend,
      suspectsRecords,
    };
  }
}
