import { checksumOf } from '../../domain/checksum.js';
import type { Collection } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { COLLECTIONS } from '../../domain/collections/list.js';
import { copyOf, holds, sameStored } from '../../domain/stored.js';
import type { Write } from '../../domain/write.js';
import type { RecordName } from '../../ports/deletion.js';
import { compareQuarantines, compareTombstonesOf } from './compare-rest.js';
import { type Comparison, ComparisonInProgress } from './comparison.js';
import type { CopyProgress, Stores } from './copied.js';
import { byKey } from './copy-records.js';
import { type Pair, pairsOf } from './pairs.js';
import { recordsOf } from './walks.js';

/**
 * Compares every record, every quarantined record and every tombstone of two stores, in flat
 * memory: it grows only with what differs.
 */
export class CompareStores {
  constructor(
    private readonly stores: Stores,
    private readonly progress: CopyProgress,
  ) {}

  /** Throws StorageUnavailableError. */
  async run(): Promise<Comparison> {
    const comparison = new ComparisonInProgress();
    for (const collection of COLLECTIONS) await this.#compare(collection, comparison);
    await compareQuarantines(this.stores, comparison);
    await compareTombstonesOf(this.stores, comparison);
    return comparison.result();
  }

  async #compare(collection: Collection, comparison: ComparisonInProgress): Promise<void> {
    const { source, target } = this.stores;
    const parts = pairsOf(recordsOf(source, collection), recordsOf(target, collection), byKey);
    comparison.count(collection.name, { source: 0, target: 0 });
    for await (const pairs of parts) {
      const counts = {
        source: pairs.filter((pair) => pair.source !== null).length,
        target: pairs.filter((pair) => pair.target !== null).length,
      };
      comparison.count(collection.name, counts);
      const different: Pair<Write>[] = [];
      for (const pair of pairs) {
        if (isEqual(collection, pair)) comparison.addEqual(checksumOf(collection, pair.source));
        else different.push(pair);
      }
      if (different.length > 0) await this.#explain(collection, different, comparison);
      this.progress.step(counts.source);
    }
  }

  async #explain(
    collection: Collection,
    different: readonly Pair<Write>[],
    comparison: ComparisonInProgress,
  ): Promise<void> {
    const { source, target } = this.stores;
    const writes = different.flatMap((pair) => (pair.source === null ? [] : copyOf(pair.source)));
    const byKeyOf = async (store: Stores['source']) => {
      const remaining = await store.tombstones.remaining(collection, writes);
      return new Map(remaining.map((write) => [write.key, write]));
    };
    const [inSource, inTarget] = [await byKeyOf(source), await byKeyOf(target)];
    const whole = new Map(writes.map((write) => [write.key, write]));
    for (const pair of different) {
      for (const side of ['source', 'target'] as const) {
        const write = pair[side];
        if (write === null) continue;
        const root = await this.#rootOf(collection, write);
        comparison.addDifferent(side, root, checksumOf(collection, write));
      }
      const key = pair.source?.key ?? pair.target?.key ?? '';
      // What a delete of the target leaves of a record of the source. A tombstone that the source
      // has itself explains nothing: the source keeps the record in spite of it.
      const isKept = inSource.get(key) !== whole.get(key);
      const left = isKept ? whole.get(key) : inTarget.get(key);
      const add = (to: 'missing' | 'more', what: string) =>
        comparison[to].add({ collection: collection.name, key, what });
      if (pair.source === null) add('more', 'the source has no such record');
      else if (left === undefined) add('more', 'it was deleted in the target');
      else if (pair.target === null) add('missing', 'the target has no such record');
      else if (holds(collection, pair.target, left)) add('more', 'the target has newer values');
      else add('missing', 'the target lacks values of the source');
    }
  }

  /** The outermost record that a record belongs to, as far as a store knows. */
  async #rootOf(collection: Collection, write: Write): Promise<RecordName> {
    if (collection.parent === null) return { collection: collection.name, key: write.key };
    let of = collectionOf(collection.parent.collection);
    let key = String(write.fields[collection.parent.field]);
    while (of.parent !== null) {
      const { source, target } = this.stores;
      const known = (await source.existing(of, [key])).get(key);
      const parent: string | null | undefined =
        known ?? (await target.existing(of, [key])).get(key);
      if (parent === null || parent === undefined) break;
      of = collectionOf(of.parent.collection);
      key = parent;
    }
    return { collection: of.name, key };
  }
}

function isEqual(
  collection: Collection,
  pair: Pair<Write>,
): pair is { readonly source: Write; readonly target: Write } {
  const { source, target } = pair;
  return source !== null && target !== null && sameStored(collection, source, target);
}
