import type { Collection } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections.js';
import type { VersionSequence } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Metrics } from '../../ports/metrics.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';
import { type BisectionTarget, storeOrRefuse } from './bisect.js';

/** What became of some writes; the numbers add up to how many there were. */
export interface Settlement {
  readonly stored: number;
  readonly quarantined: number;
  /** A delete that was accepted later covers them: they have no effect any more. */
  readonly covered: number;
  /** The keys of the refused writes. */
  readonly refusedKeys: ReadonlySet<string>;
  /** Missing parents of refused writes that have been stored meanwhile, by another instance say. */
  readonly arrivedParents: readonly string[];
}

/** Stores writes, and quarantines those that their store refuses. */
export class SettleWrites {
  /** Stores that the clock of the versions has seen. */
  readonly #observed = new Set<StorageBackend>();

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly versions: VersionSequence;
      readonly clock: Clock;
      readonly metrics: Metrics;
      readonly logger: Logger;
    },
  ) {}

  /**
   * Resolves when each write is stored or in quarantine, durably. `writes` has each key at most
   * once. Throws StorageUnavailableError; some may then be settled, which repeating makes harmless.
   */
  async settle(collection: Collection, writes: readonly Write[]): Promise<Settlement> {
    const { registry, clock, metrics, logger } = this.dependencies;
    await this.#observe(registry.backendOf(collection.name));
    const target = this.#target(collection);
    const { refused, covered } = await storeOrRefuse(target, writes);
    const stored = writes.length - refused.length - covered;
    metrics.recordsStored(collection.name, stored);
    if (refused.length === 0) {
      const none = { refusedKeys: new Set<string>(), arrivedParents: [] };
      return { stored, quarantined: 0, covered, ...none };
    }
    const { quarantine } = registry.backendOf(collection.name);
    const coveredToo = await quarantine.add(collection, refused, clock.now());
    const quarantined = refused.length - coveredToo;
    if (quarantined > 0) {
      metrics.recordsQuarantined(collection.name, quarantined);
      logger.warn(
        { collection: collection.name, records: quarantined, reason: refused[0]?.reason },
        'The store refused records; they are in quarantine',
      );
    }
    // Asked for after they are in quarantine: whoever stores a parent looks there afterwards. So
    // either that one finds them, or they find the parent.
    const missing = [...new Set(refused.flatMap(({ missingParent }) => missingParent ?? []))];
    const arrived =
      missing.length === 0 ? new Set<string>() : await target.existingParents(missing);
    return {
      stored,
      quarantined,
      covered: covered + coveredToo,
      refusedKeys: new Set(refused.map(({ write }) => write.key)),
      arrivedParents: [...arrived],
    };
  }

  /**
   * The clock of the machine may be behind those of other instances, and the store was away when the
   * service started: whatever is accepted from the first flush on is newer than what is stored.
   */
  async #observe(backend: StorageBackend): Promise<void> {
    if (this.#observed.has(backend)) return;
    this.dependencies.versions.observe(await backend.newestVersion());
    this.#observed.add(backend);
  }

  #target(collection: Collection): BisectionTarget {
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
    };
  }
}
