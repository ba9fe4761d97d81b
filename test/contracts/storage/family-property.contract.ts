import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CollectionRegistry } from '../../../src/adapters/storage/collection-registry.js';
import { SettleWrites } from '../../../src/application/buffer/flush/settle-writes.js';
import { StoredChanges } from '../../../src/application/buffer/flush/stored-changes.js';
import { Ledger } from '../../../src/application/buffer/ledger.js';
import { ReleaseQuarantined } from '../../../src/application/quarantine/release.js';
import type { Collection } from '../../../src/domain/collection.js';
import { childrenOf, collectionOf } from '../../../src/domain/collections/family.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { coalesce, foldWrites } from '../../../src/domain/merge.js';
import type { Write } from '../../../src/domain/write.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { FakeClock } from '../../support/application/fake-clock.js';
import { RecordingLogger, RecordingMetrics } from '../../support/application/fakes.js';
import { meaningOf } from '../../support/records/meaning.js';
import { ancestorsOf, sampleValue, sampleWrite } from '../../support/records/samples.js';
import { BASE_VERSION } from '../../support/records/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

const KEYS = ['a', 'b'];

interface Accepted {
  readonly collection: Collection;
  readonly write: Write;
}

type Arrival =
  | { readonly kind: 'writes'; readonly of: readonly number[] }
  | { readonly kind: 'delete'; readonly level: number; readonly key: string };

/**
 * Every record belongs to the record of the same key one level above; versions are whole
 * milliseconds.
 */
function anyWrite(chain: readonly Collection[]): fc.Arbitrary<(index: number) => Accepted> {
  const anyRecord = fc.record({
    level: fc.nat(chain.length - 1),
    key: fc.constantFrom(...KEYS),
    carried: fc.array(fc.nat(30), { maxLength: 4 }),
    number: fc.integer({ min: 1, max: 9 }),
  });
  return anyRecord.map(({ level, key, carried, number }) => (index) => {
    const collection = chain[level] as Collection;
    const { fields, parent } = collection;
    const some = carried.flatMap((place) => fields[place % fields.length] ?? []);
    const values = some.map((field) => [field.name, sampleValue(collection, field, number)]);
    const write = sampleWrite(collection, key, index * 1000, {
      ...Object.fromEntries(values),
      ...(parent === null ? {} : { [parent.field]: key }),
    });
    return { collection, write };
  });
}

function anyArrivals(count: number, levels: number): fc.Arbitrary<Arrival[]> {
  const writes = fc
    .array(fc.nat(count - 1), { minLength: 1, maxLength: 4 })
    .map((of): Arrival => ({ kind: 'writes', of }));
  const deletes = fc
    .tuple(fc.nat(levels - 1), fc.constantFrom(...KEYS))
    .map(([level, key]): Arrival => ({ kind: 'delete', level, key }));
  const every = fc.shuffledSubarray(
    Array.from({ length: count }, (_, index) => index),
    { minLength: count },
  );
  const some = fc.oneof({ weight: 3, arbitrary: writes }, { weight: 2, arbitrary: deletes });
  return fc
    .tuple(fc.array(some, { maxLength: 9 }), every)
    .map(([before, all]) => [
      ...before,
      ...all.map((of): Arrival => ({ kind: 'writes', of: [of] })),
    ]);
}

/**
 * A family of collections from the outermost to one without children. Writes and deletes of any of
 * its records, in any order of arrival, repeated, end as if each had happened at its version.
 */
export function describeFamilyProperty(
  name: string,
  subject: () => StorageUnderTest,
  runs: number,
): void {
  const chains = COLLECTIONS.filter((collection) => childrenOf(collection).length === 0).map(
    (collection) => [...ancestorsOf(collection), collection],
  );
  describe.each(
    chains.map((chain) => [chain.map(({ plural }) => plural).join(', '), chain] as const),
  )(`a family of %s in ${name}`, (_names, chain) => {
    const store = subject();
    let backend: StorageBackend;
    beforeAll(async () => {
      backend = await store.open();
    }, 120_000);
    afterAll(() => store.close());

    it('ends as if everything had happened in the order of versions', async () => {
      const histories = fc
        .array(anyWrite(chain), { minLength: 1, maxLength: 9 })
        .map((makers) => makers.map((make, index) => make(index)))
        .chain((all) => fc.tuple(fc.constant(all), anyArrivals(all.length, chain.length)));
      await fc.assert(
        fc.asyncProperty(histories, async ([all, arrivals]) => {
          await store.empty();
          const deletes = await play(backend, chain, all, arrivals);
          const expected = inOrder(chain, all, deletes);
          for (const collection of chain) {
            for (const key of KEYS) {
              const of = expected.get(collection)?.get(key) ?? NOTHING;
              const outcomes = outcomesOf(collection, of);
              const found = await visible(backend, collection, key);
              if (outcomes.length === 1) expect(found).toEqual(outcomes[0]);
              else expect(outcomes).toContainEqual(found);
            }
          }
        }),
        { numRuns: runs },
      );
    }, 300_000);
  });
}

interface Deleted {
  readonly collection: Collection;
  readonly key: string;
  readonly version: number;
}

/** Like the service: what the store refuses is quarantined, and released with its parent. */
async function play(
  backend: StorageBackend,
  chain: readonly Collection[],
  all: readonly Accepted[],
  arrivals: readonly Arrival[],
): Promise<readonly Deleted[]> {
  const registry = new CollectionRegistry(
    [backend],
    new Map(COLLECTIONS.map((collection) => [collection.name, backend.name])),
  );
  const [clock, logger, metrics] = [new FakeClock(), new RecordingLogger(), new RecordingMetrics()];
  const settleWrites = new SettleWrites({
    registry,
    clock,
    logger,
    metrics,
    changes: new StoredChanges(),
  });
  const release = new ReleaseQuarantined({ registry, settleWrites, ledger: new Ledger() });
  const deletes: Deleted[] = [];
  for (const arrival of arrivals) {
    if (arrival.kind === 'delete') {
      const collection = chain[arrival.level] as Collection;
      // A delete is accepted after everything that the stores have seen.
      const asked = Math.max((await backend.newestVersion()) + 1, BASE_VERSION);
      const deletion = await backend.delete(collection, arrival.key, asked);
      deletes.push({ collection, key: arrival.key, version: deletion?.version ?? asked });
      continue;
    }
    for (const collection of chain) {
      const writes = arrival.of
        .flatMap((index) => all[index] ?? [])
        .flatMap((each) => (each.collection === collection ? [each.write] : []));
      if (writes.length === 0) continue;
      const coalesced = coalesce(collection, writes);
      const { missingKeys } = await settleWrites.settle(collection, coalesced);
      const stored = coalesced.map(({ key }) => key).filter((key) => !missingKeys.has(key));
      await release.orphansOf(collection, stored);
    }
  }
  return deletes;
}

/**
 * The expected final state of a record. `doubts` are versions of deletes that may or may not cover
 * it: it names a parent that was deleted before, and the parent of that one is deleted again. A
 * store learns of the first parent only when a write of it arrives after that.
 */
interface Outcome {
  readonly writes: readonly Write[];
  readonly doubts: readonly number[];
  /**
   * The version of a delete two levels up; 0 if there is none. A store that has merged older and
   * newer writes before it learns of the delete keeps the merged record.
   */
  readonly goneAt: number;
}

const NOTHING: Outcome = { writes: [], doubts: [], goneAt: 0 };

function newestOf({ writes }: Outcome): number {
  return Math.max(0, ...writes.map(({ version }) => version));
}

function outcomesOf(collection: Collection, outcome: Outcome) {
  const { writes, doubts, goneAt } = outcome;
  const cuts = newestOf(outcome) > goneAt ? [0, ...doubts, ...(goneAt === 0 ? [] : [goneAt])] : [];
  if (cuts.length === 0) return [null];
  return cuts.map((covered) => {
    const left = writes.filter(({ version }) => version > covered);
    return left.length === 0 ? null : meaningOf(collection, foldWrites(collection, left));
  });
}

/** The outcome when everything happens at its version. */
function inOrder(
  chain: readonly Collection[],
  all: readonly Accepted[],
  deletes: readonly Deleted[],
): ReadonlyMap<Collection, ReadonlyMap<string, Outcome>> {
  const records = new Map(chain.map((collection) => [collection, new Map<string, Outcome>()]));
  const known = new Set<string>();
  const happened = [
    ...all.map((accepted) => ({ version: accepted.write.version, accepted, deleted: null })),
    ...deletes.map((deleted) => ({ version: deleted.version, accepted: null, deleted })),
    // At the same version the write comes first: a delete covers writes of its own version.
  ].sort((a, b) => a.version - b.version || (a.accepted === null ? 1 : -1));
  const remove = (level: number, key: string, version: number, isDirect = true): void => {
    const collection = chain[level];
    if (collection === undefined) return;
    const of = records.get(collection);
    const outcome = of?.get(key);
    if (outcome === undefined || outcome.goneAt >= newestOf(outcome)) {
      if (known.has(`${collection.name}/${key}`)) doubt(level + 1, key, version);
      return;
    }
    if (isDirect) of?.delete(key);
    else of?.set(key, { ...outcome, goneAt: version });
    remove(level + 1, key, version, false);
  };
  const doubt = (level: number, key: string, version: number): void => {
    for (const collection of chain.slice(level)) {
      const of = records.get(collection);
      const outcome = of?.get(key);
      if (outcome !== undefined) of?.set(key, { ...outcome, doubts: [...outcome.doubts, version] });
    }
  };
  for (const { version, accepted, deleted } of happened) {
    if (accepted !== null) {
      const { collection, write } = accepted;
      const of = records.get(collection);
      const outcome = of?.get(write.key) ?? NOTHING;
      of?.set(write.key, { ...outcome, writes: [...outcome.writes, write] });
      known.add(`${collection.name}/${write.key}`);
    } else if (deleted !== null) {
      const level = chain.indexOf(deleted.collection);
      records.get(deleted.collection)?.delete(deleted.key);
      remove(level + 1, deleted.key, version);
    }
  }
  return records;
}

/** A record as a reader sees it: stored, in quarantine, or both. */
async function visible(backend: StorageBackend, collection: Collection, key: string) {
  const stored = await backend.read(collection, key);
  const places = await backend.quarantine.find(collection, [key]);
  const held = await backend.quarantine.get(places.map(({ id }) => id));
  const parts = [...(stored === null ? [] : [stored]), ...held.map(({ write }) => write)];
  if (parts.length === 0) return null;
  return meaningOf(collectionOf(collection.name), foldWrites(collection, parts));
}
