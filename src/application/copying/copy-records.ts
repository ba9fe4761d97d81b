import type { Collection } from '../../domain/collection.js';
import { holds } from '../../domain/stored.js';
import { oldestVersion } from '../../domain/tombstone.js';
import { compareUtf8 } from '../../domain/utf8-order.js';
import type { Write } from '../../domain/write.js';
import type { CopyProgress, Stores } from './copied.js';
import type { CopyTombstones } from './copy-tombstones.js';
import { type Pair, pairsOf } from './pairs.js';
import type { StoreCopies } from './store-copies.js';
import { recordsOf } from './walks.js';

/** Concurrent transactions: the target stays busy while the next records are read. */
const LANES = 2;

/**
 * Copies the records of one collection. It reads both stores in the order of keys, and writes only
 * what the target does not hold yet, so a repeated copy writes nothing.
 */
export class CopyRecords {
  constructor(
    private readonly dependencies: {
      readonly stores: Stores;
      readonly copies: StoreCopies;
      readonly tombstones: CopyTombstones;
      readonly progress: CopyProgress;
    },
  ) {}

  /** Returns how many records it wrote. Throws StorageUnavailableError. */
  async run(collection: Collection): Promise<number> {
    const { source, target } = this.dependencies.stores;
    const parts = pairsOf(recordsOf(source, collection), recordsOf(target, collection), byKey);
    let written = 0;
    let failed = false;
    // The lanes share the parts. A lane that fails leaves none for the other.
    const lane = async () => {
      try {
        for (;;) {
          const { value, done } = await parts.next();
          if (done === true || failed) return;
          const copied = await this.#copy(collection, value);
          written += copied;
        }
      } catch (error) {
        failed = true;
        throw error;
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    await parts.return();
    for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason;
    return written;
  }

  async #copy(collection: Collection, pairs: readonly Pair<Write>[]): Promise<number> {
    const { copies, tombstones, progress } = this.dependencies;
    const outdated = pairs.filter(
      ({ source, target }) =>
        source !== null && (target === null || !holds(collection, target, source)),
    );
    // Merging a record that was created again into the one that was deleted would keep values of
    // the deleted one. The tombstone between them is in the source by now.
    if (outdated.some(isCreatedAgain)) await tombstones.copyRecent();
    const writes = outdated.flatMap(({ source }) => source ?? []);
    await copies.store(collection, writes);
    progress.step(pairs.filter(({ source }) => source !== null).length);
    return writes.length;
  }
}

export function byKey(one: Write, other: Write): number {
  return compareUtf8(one.key, other.key);
}

/** Nothing in the record of the source is as old as that of the target: a delete lies between. */
function isCreatedAgain({ source, target }: Pair<Write>): boolean {
  if (source === null || target === null) return false;
  return source.createdAt > target.createdAt || oldestVersion(source) > target.version;
}
