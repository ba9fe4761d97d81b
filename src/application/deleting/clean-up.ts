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

/** Milliseconds that a pause takes at most. */
const LONGEST_PAUSE = 1000;
/** Records that fail one after the other, after which the store is taken to be away. */
const MOST_FAILURES = 3;

/** Number of records that were deleted, or would be, by collection. */
export type CleanUpReport = ReadonlyMap<CollectionName, number>;

/** Lets a record that fails not hold up those after it. */
class Failures {
  #first: unknown = null;
  #inARow = 0;

  constructor(private readonly logger: Logger) {}

  /** Null if the work fails. Rethrows the error of the last of several that fail in a row. */
  async unless<Result>(
    { name }: Collection,
    key: string,
    work: () => Promise<Result>,
  ): Promise<Result | null> {
    try {
      const result = await work();
      this.#inARow = 0;
      return result;
    } catch (error) {
      this.#inARow += 1;
      if (this.#inARow === MOST_FAILURES) throw error;
      this.#first ??= error;
      this.logger.warn(
        { err: error, collection: name, key },
        'A record could not be cleaned up; the others are',
      );
      return null;
    }
  }

  throwFirst(): void {
    if (this.#first !== null) throw this.#first;
  }
}

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
   * record cannot be deleted, it goes on with the others, unless several fail one after the other,
   * and throws the first error at the end (STORAGE_UNAVAILABLE); it can be repeated. With `dryRun`
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
    const failures = new Failures(this.dependencies.logger);
    for (const collection of COLLECTIONS.filter(({ expires }) => expires)) {
      const store = registry.backendOf(collection.name);
      for (const conditions of expired(collection, policy, await cautiousNow(clock, store))) {
        for await (const keys of keysOf(store, collection, conditions)) {
          for (const key of keys) {
            lease.check();
            const begun = clock.monotonic();
            const descendants = await failures.unless(collection, key, () =>
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
    failures.throwFirst();
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
