import type { Collection } from '../../../src/domain/collection.js';
import { collectionOf } from '../../../src/domain/collections/family.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { foldWrites } from '../../../src/domain/merge.js';
import type { Write } from '../../../src/domain/write.js';
import { meaningOf } from '../records/meaning.js';
import type { StoreView } from './store-view.js';
import { parentOf, type Truth } from './truth.js';

/** Number of writes in doubt that are tried in every combination; a history has few drops. */
const MOST_IN_DOUBT = 8;

/**
 * At the end, with everything flushed, each record, in its store and in quarantine together, is the
 * fold of its accepted writes that were not deleted or dropped. Throws on a violation.
 */
export function judge(truth: Truth, view: StoreView): void {
  const { quarantined } = view;
  const places = (collection: Collection, key: string, parent: string | null) => {
    const stored = view.of(collection.name).get(key);
    const refused = quarantined.filter((each) => each.collection === collection.name);
    const held = [stored, ...refused.map(({ write }) => write)].flatMap((write) => write ?? []);
    return held.filter((write) => write.key === key && parentOf(collection, write) === parent);
  };
  for (const collection of COLLECTIONS) {
    for (const [key, parent] of recordsOf(truth, view, collection)) {
      const found = places(collection, key, parent);
      const accepted = truth.of(collection, key, parent).map(({ write }) => write);
      const left = accepted.filter((write) => !truth.isCovered(collection, write));
      const foldIs = (some: readonly Write[]) =>
        text(collection, found) === text(collection, some) || null;
      if (subsetsInDoubt(truth, collection, left).some(foldIs)) continue;
      throw new Error(
        [
          `${collection.name} ${key} of ${parent} is`,
          `  ${text(collection, found)}`,
          'and not',
          `  ${text(collection, left)}`,
          `stored or in quarantine: ${JSON.stringify(found)}`,
          `accepted: ${JSON.stringify(truth.of(collection, key, parent))}`,
          `deletes: ${JSON.stringify(truth.deletes)}, drops: ${JSON.stringify(truth.drops)}`,
        ].join('\n'),
      );
    }
  }
  for (const { collection: name, write, reason, missingParent } of quarantined) {
    const collection = collectionOf(name);
    const parents = view.of(collection.parent?.collection ?? '');
    const owner = view.of(name).get(write.key);
    const isOrphan = missingParent !== null && !parents.has(missingParent);
    const isOthers =
      owner !== undefined && parentOf(collection, owner) !== parentOf(collection, write);
    if (!isOrphan && !isOthers)
      throw new Error(`${write.key} is in quarantine because of ${reason}`);
  }
  for (const collection of COLLECTIONS) {
    if (collection.parent === null) continue;
    const parents = view.of(collection.parent.collection);
    for (const record of view.of(collection.name).values()) {
      const parent = String(parentOf(collection, record));
      if (!parents.has(parent)) throw new Error(`${record.key} is stored, but ${parent} is not`);
    }
  }
}

/** The accepted records and the existing ones: each by its key and its parent. */
function recordsOf(
  truth: Truth,
  view: StoreView,
  collection: Collection,
): readonly (readonly [key: string, parent: string | null])[] {
  const writes = [
    ...truth.writes.filter((each) => each.collection === collection.name),
    ...view.quarantined.filter((each) => each.collection === collection.name),
  ].map(({ write }) => write);
  writes.push(...view.of(collection.name).values());
  const all = new Map(
    writes.map((write) => {
      const record = [write.key, parentOf(collection, write)] as const;
      return [JSON.stringify(record), record];
    }),
  );
  return [...all.values()];
}

/**
 * Subsets of the writes for which it is unknown whether a drop found them stored: every
 * combination, or if there are many, with the newest of them.
 */
function subsetsInDoubt(
  truth: Truth,
  collection: Collection,
  writes: readonly Write[],
): readonly (readonly Write[])[] {
  const inDoubt = writes
    .filter((write) => truth.isInDoubt(collection, write))
    .sort((a, b) => b.version - a.version);
  const certain = writes.filter((write) => !inDoubt.includes(write));
  if (inDoubt.length > MOST_IN_DOUBT)
    return [...inDoubt, null].map((_, newest) => [...certain, ...inDoubt.slice(0, newest)]);
  return Array.from({ length: 2 ** inDoubt.length }, (_, which) => [
    ...certain,
    ...inDoubt.filter((_write, index) => (which & (1 << index)) !== 0),
  ]);
}

function text(collection: Collection, writes: readonly Write[]): string {
  if (writes.length === 0) return 'nothing';
  return JSON.stringify(meaningOf(collection, foldWrites(collection, writes)));
}
