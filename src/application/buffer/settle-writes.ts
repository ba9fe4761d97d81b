import type { Collection } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections.js';
import { RecordRefusedError, StorageUnavailableError } from '../../domain/errors.js';
import type { Write } from '../../domain/write.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Refusal } from '../../ports/quarantine.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import { type BisectionTarget, type StuckWrite, storeOrRefuse } from './bisect.js';

/** What became of some writes; the numbers and `stuck` add up to how many there were. */
export interface Settlement {
  readonly stored: number;
  readonly quarantined: number;
  /** A delete that was accepted later covers them: they have no effect any more. */
  readonly covered: number;
  /** Writes on which the store fails: they are neither stored nor quarantined. */
  readonly stuck: readonly StuckWrite[];
  /** The keys of the writes that are not stored. */
  readonly missingKeys: ReadonlySet<string>;
  /** Missing parents of refused writes that have been stored meanwhile, by another instance say. */
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
    },
  ) {}

  /**
   * Resolves when each write is stored or in quarantine, durably, but for those on which the store
   * fails while it takes others; these are only looked for when `suspectsRecords`. `writes` has
   * each key at most once. Throws StorageUnavailableError; some may then be settled, which
   * repeating makes harmless.
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
    const missingKeys = new Set([...refused, ...stuck].map(({ write }) => write.key));
    if (refused.length === 0)
      return { stored, quarantined: 0, covered, stuck, missingKeys, arrivedParents: [] };
    const coveredToo = await this.#quarantine(collection, refused);
    // Asked for after they are in quarantine: whoever stores a parent looks there afterwards. So
    // either that one finds them, or they find the parent.
    const missing = [...new Set(refused.flatMap(({ missingParent }) => missingParent ?? []))];
    const arrived =
      missing.length === 0 ? new Set<string>() : await target.existingParents(missing);
    return {
      stored,
      quarantined: refused.length - coveredToo,
      covered: covered + coveredToo,
      stuck,
      missingKeys,
      arrivedParents: [...arrived],
    };
  }

  /** Returns how many of them a delete covers. */
  async #quarantine(collection: Collection, refused: readonly Refusal[]): Promise<number> {
    const { registry, clock, metrics, logger } = this.dependencies;
    const backend = registry.backendOf(collection.name);
    const covered = await backend.quarantine
      .add(collection, refused, clock.now())
      .catch((error: unknown) => {
        if (!(error instanceof RecordRefusedError)) throw error;
        // Too large for the quarantine too, say: it waits, and nothing of it is lost.
        const message = `it refuses a record, and cannot keep it in quarantine: ${error.message}`;
        throw new StorageUnavailableError(backend.name, message, error, true);
      });
    const quarantined = refused.length - covered;
    if (quarantined === 0) return covered;
    metrics.recordsQuarantined(collection.name, quarantined);
    logger.warn(
      { collection: collection.name, records: quarantined, reason: refused[0]?.reason },
      'The store refused records; they are in quarantine',
    );
    return covered;
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
