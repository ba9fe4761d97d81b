import type { Collection, CollectionName } from '../../domain/collection.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import type { Condition } from '../../domain/query.js';
import { expired, type RetentionPolicy } from '../../domain/retention.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import { ALWAYS_HELD, type Lease, type StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { cautiousNow } from './cautious-time.js';
import type { DeleteRecord } from './delete-record.js';
import { Descendants, keysOf } from './descendants.js';
import { SkippedRecords } from './skipped-records.js';

/** Milliseconds that a pause takes at most. */
const LONGEST_PAUSE = 1000;

/** Number of records that were deleted, or would be, by collection. */
export type CleanUpReport = ReadonlyMap<CollectionName, number>;

/** Deletes finished records that the retention policy no longer keeps, with their descendants. */
export class CleanUp {
  readonly #descendants: Descendants;

  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly clock: Clock;
      readonly deleteRecord: DeleteRecord;
      readonly logger: Logger;
    },
  ) {
    this.#descendants = new Descendants(dependencies.registry);
  }

  /**
   * Deletes record by record. Each record is checked again when it is deleted, so it stays if work
   * on it was resumed, through any instance. A record with unfinished descendants stays, too. If a
   * record cannot be deleted, it goes on with the others while the store answers, and throws the
   * first error at the end (STORAGE_UNAVAILABLE); it can be repeated. With `dryRun`
   * it only counts. `lease` is checked before each record. After each deletion it pauses for
   * as long as that took, at most a second: a clean-up has no hurry, and the requests of others would
   * wait behind one deletion after another.
   */
  async run(
    policy: RetentionPolicy,
    { dryRun, lease = ALWAYS_HELD }: { readonly dryRun: boolean; readonly lease?: Lease },
  ): Promise<CleanUpReport> {
    const { buffer, clock, registry } = this.dependencies;
    await buffer.flush();
    const report = new Map<CollectionName, number>(COLLECTIONS.map(({ name }) => [name, 0]));
    const add = (name: CollectionName, count: number) =>
      report.set(name, (report.get(name) ?? 0) + count);
    const remove = dryRun ? this.#count : this.#delete;
    const skipped = new SkippedRecords(this.dependencies.logger);
    for (const collection of COLLECTIONS.filter(({ expires }) => expires)) {
      const store = registry.backendOf(collection.name);
      for (const conditions of expired(collection, policy, await cautiousNow(clock, store))) {
        for await (const keys of keysOf(store, collection, conditions)) {
          for (const key of keys) {
            lease.check();
            const begun = clock.monotonic();
            const descendants = await skipped.unless(store, collection, key, () =>
              remove(collection, key, conditions),
            );
            if (!dryRun) await clock.pause(Math.min(clock.monotonic() - begun, LONGEST_PAUSE));
            if (descendants === null) continue;
            add(collection.name, 1);
            for (const [name, count] of descendants) add(name, count);
          }
        }
      }
    }
    skipped.throwFirst();
    return report;
  }

  /** What would be deleted with a record; null if it stays. */
  readonly #count = async (collection: Collection, key: string): Promise<CleanUpReport | null> => {
    if (await this.#descendants.exists(collection, key, { onlyUnfinished: true })) return null;
    return this.#descendants.count(collection, key);
  };

  /** What was deleted with a record; null if it stays. */
  readonly #delete = async (
    collection: Collection,
    key: string,
    conditions: readonly Condition[],
  ): Promise<CleanUpReport | null> => {
    const guard = { conditions, keepsUnfinished: true };
    const deletion = await this.dependencies.deleteRecord.delete(collection, key, guard);
    return deletion?.descendants ?? null;
  };
}
