import { collectionOf } from '../../domain/collections/family.js';
import { holds } from '../../domain/stored.js';
import { subjectId, type Tombstone } from '../../domain/tombstone.js';
import type { QuarantinedRecord } from '../../ports/quarantine.js';
import type { ComparisonInProgress } from './comparison.js';
import type { Stores } from './copied.js';
import { byId, isSame, isStored } from './copy-quarantine.js';
import { byPosition } from './copy-tombstones.js';
import { pairsOf } from './pairs.js';
import { quarantinedIn, tombstonesOf } from './walks.js';

/** Compares the quarantines of two stores. */
export async function compareQuarantines(
  stores: Stores,
  comparison: ComparisonInProgress,
): Promise<void> {
  const { source, target } = stores;
  for await (const records of quarantinedIn(source)) {
    comparison.countQuarantined({ source: records.length, target: 0 });
    const there = await byId(target, records);
    for (const record of records) {
      if (isSame(record, there.get(record.id))) continue;
      const what = await differenceOf(stores, record, there.get(record.id));
      const { collection, write } = record;
      comparison[what.kind].add({ collection, key: write.key, what: what.text });
    }
  }
  for await (const records of quarantinedIn(target)) {
    comparison.countQuarantined({ source: 0, target: records.length });
    const there = await byId(source, records);
    for (const { id, collection, write } of records) {
      if (there.has(id)) continue;
      const what = 'in quarantine: the source has no such record there';
      comparison.more.add({ collection, key: write.key, what });
    }
  }
}

interface Difference {
  readonly kind: 'missing' | 'more';
  readonly text: string;
}

async function differenceOf(
  { target }: Stores,
  record: QuarantinedRecord,
  found: QuarantinedRecord | undefined,
): Promise<Difference> {
  const collection = collectionOf(record.collection);
  const places = await target.quarantine.find(collection, [record.write.key]);
  const others = await target.quarantine.get(places.map(({ id }) => id));
  const holders = [...(found === undefined ? [] : [found]), ...others];
  // A delete of the target may cover a part of it, and the target has the rest.
  const [left] = await target.tombstones.remaining(collection, [record.write]);
  if (left === undefined)
    return { kind: 'more', text: 'in quarantine: it was deleted in the target' };
  if (holders.some(({ write }) => holds(collection, write, left)))
    return { kind: 'more', text: 'in quarantine: the target has a newer refusal of it' };
  if (await isStored(target, { ...record, write: left }))
    return { kind: 'more', text: 'in quarantine: the target has stored it' };
  return { kind: 'missing', text: 'in quarantine: the target has no such record there' };
}

/** Compares the tombstones of two stores. */
export async function compareTombstonesOf(
  { source, target }: Stores,
  comparison: ComparisonInProgress,
): Promise<void> {
  const lone = {
    source: new Map<string, Tombstone>(),
    target: new Map<string, Tombstone>(),
  };
  const parts = pairsOf(tombstonesOf(source, 0), tombstonesOf(target, 0), byPosition);
  for await (const pairs of parts) {
    for (const pair of pairs) {
      comparison.countTombstones({
        source: pair.source === null ? 0 : 1,
        target: pair.target === null ? 0 : 1,
      });
      if (pair.target === null && pair.source !== null)
        lone.source.set(subjectId(pair.source), pair.source);
      if (pair.source === null && pair.target !== null)
        lone.target.set(subjectId(pair.target), pair.target);
    }
  }
  for (const [id, { collection, key, version }] of lone.source) {
    if ((lone.target.get(id)?.version ?? 0) > version) continue;
    comparison.missing.add({ collection, key, what: 'the target has no such tombstone' });
  }
  for (const { collection, key } of lone.target.values())
    comparison.more.add({ collection, key, what: 'the source has no such tombstone' });
}
