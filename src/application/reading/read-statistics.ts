import type { Collection, CollectionName } from '../../domain/collection.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageRegistry, Summary } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { RetentionReport } from '../deleting/retention-schedule.js';
import { Cached } from './cached.js';

export interface Statistics {
  readonly summaries: ReadonlyMap<CollectionName, Summary>;
  readonly storage: readonly {
    readonly backend: string;
    readonly driver: string;
    readonly collections: readonly CollectionName[];
    readonly sizeBytes: number;
  }[];
  readonly retention: RetentionReport;
}

/** Counts, sums and sizes of what is stored, and the state of its clean-up. */
export class ReadStatistics {
  readonly #summaries: Cached<Summary>;

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly clock: Clock;
      readonly retention: { report(): RetentionReport };
    },
  ) {
    this.#summaries = new Cached(
      dependencies.clock,
      ({ total }) => total,
      () => dependencies.buffer.storedVersion,
    );
  }

  /** With `exact`, counts every record now. To count everything accepted before, flush first. */
  async read({ exact }: { readonly exact: boolean }): Promise<Statistics> {
    const [summaries, storage] = await Promise.all([
      Promise.all(
        COLLECTIONS.map(
          async (collection) =>
            [collection.name, await this.#summarize(collection, exact)] as const,
        ),
      ),
      Promise.all(
        this.dependencies.registry.backends().map(async (backend) => ({
          backend: backend.name,
          driver: backend.driver,
          collections: this.dependencies.registry.collectionsOf(backend),
          sizeBytes: await backend.sizeBytes(),
        })),
      ),
    ]);
    return {
      summaries: new Map(summaries),
      storage,
      retention: this.dependencies.retention.report(),
    };
  }

  #summarize(collection: Collection, exact: boolean): Promise<Summary> {
    const backend = this.dependencies.registry.backendOf(collection.name);
    const key = `${collection.name}/${this.dependencies.buffer.deletions}`;
    return this.#summaries.get(key, () => backend.summarize(collection), { exact });
  }
}
