import type { CollectionName } from '../../domain/collection.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import type { Clock } from '../../ports/clock.js';
import { ConfigurationError } from '../../ports/configuration-error.js';
import { CompareStores } from './compare-stores.js';
import { type Comparison, type Found, found } from './comparison.js';
import { type CopyProgress, Findings, type Stores } from './copied.js';
import { CopyQuarantine } from './copy-quarantine.js';
import { CopyRecords } from './copy-records.js';
import { CopyTombstones } from './copy-tombstones.js';
import { StoreCopies } from './store-copies.js';

export interface CopyReport extends Comparison {
  /** Records that were written, by collection: those that the target did not hold. */
  readonly written: ReadonlyMap<CollectionName, number>;
  /** Records that the target refused. */
  readonly refused: Found;
  /**
   * - `equal`: both stores hold the same
   * - `target_holds_more`: the target holds everything of the source, and more
   * - `incomplete`: the target does not hold everything of the source
   */
  readonly outcome: 'equal' | 'target_holds_more' | 'incomplete';
}

/**
 * Copies a store to another one, and compares them. Records, tombstones and quarantined records
 * keep their versions and times, and are merged into what the target holds: newer values of the
 * target stay. So a copy may be stopped at any point and repeated, and a repeated copy writes only
 * what has changed. A service may use either store meanwhile; what changes in the source is in the
 * target after the next copy.
 *
 * The steps, in this order:
 * 1. The copy announces itself to both stores, like an instance that may write every version. Both
 *    then keep their tombstones: the next copy, also one in the other direction, learns of every
 *    delete, and an older record of this store does not return where it was deleted.
 * 2. Deletes: a record that was deleted and created again must not be merged into the deleted one.
 * 3. The records, parents before their children.
 * 4. All tombstones: the others also cover records that the source keeps.
 * 5. The quarantine: first what an earlier copy has brought and the source has no longer.
 * 6. The comparison, which reads both stores again.
 */
export class CopyStore {
  constructor(
    private readonly dependencies: Stores & {
      readonly clock: Clock;
      readonly progress: CopyProgress;
    },
  ) {}

  /**
   * Throws StorageUnavailableError if a store does not answer: the copy can be repeated, and goes
   * on. Throws ConfigurationError if the source is empty.
   */
  async run(): Promise<CopyReport> {
    const { progress, clock, source, target } = this.dependencies;
    const stores = { source, target };
    const total = await this.#total();
    if (total === 0 && (await source.newestVersion()) === 0) {
      throw new ConfigurationError(
        `The store ${source.name} is empty: found no record, expected those of the service. Check that the configuration names the store of the service.`,
      );
    }
    for (const [store, other] of [
      [source, target],
      [target, source],
    ] as const)
      await store.announce({ id: `copy-to-${other.name}`, survives: true, seenAt: clock.now() }, 0);
    const refused = new Findings();
    const copies = new StoreCopies(stores, refused);
    const tombstones = new CopyTombstones({ stores, copies, clock });
    const quarantine = new CopyQuarantine(stores);
    const records = new CopyRecords({ stores, copies, tombstones, progress });
    const written = new Map<CollectionName, number>();
    progress.begin('copying', total);
    await tombstones.copyDeletes();
    for (const collection of COLLECTIONS)
      written.set(collection.name, await records.run(collection));
    await tombstones.copyAll();
    await quarantine.tidy();
    await quarantine.put();
    await quarantine.release();
    progress.end();
    progress.begin('comparing', await this.#total());
    const comparison = await new CompareStores(stores, progress).run();
    progress.end();
    return { ...comparison, written, refused: found(refused), outcome: outcomeOf(comparison) };
  }

  async #total(): Promise<number> {
    let total = 0;
    for (const collection of COLLECTIONS)
      total += await this.dependencies.source.count(collection, []);
    return total;
  }
}

function outcomeOf({ missing, more }: Comparison): CopyReport['outcome'] {
  if (missing.count > 0) return 'incomplete';
  return more.count > 0 ? 'target_holds_more' : 'equal';
}
