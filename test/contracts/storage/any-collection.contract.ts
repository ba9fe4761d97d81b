import { describe, expect, it } from 'vitest';
import type { Collection } from '../../../src/domain/collection.js';
import { collectionOf, descendantsOf } from '../../../src/domain/collections/family.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { foldWrites } from '../../../src/domain/merge.js';
import { belongingTo, type Condition, unfinished } from '../../../src/domain/query.js';
import { acceptedAt } from '../../../src/domain/version.js';
import { meaningOf } from '../../support/records/meaning.js';
import {
  ancestorsOf,
  ancestorWrites,
  keyOf,
  sampleValue,
  sampleWrite,
} from '../../support/records/samples.js';
import { BASE_VERSION } from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

const ALWAYS = { conditions: [], keepsUnfinished: false };
const at = (version: number) => BASE_VERSION + version;

/** What every store does with every collection, from its description alone. */
export function describeAnyCollection(name: string, subject: () => StorageUnderTest): void {
  describe.each(COLLECTIONS)(`${name}, with any records of $name`, (collection) => {
    const { store, keysOf } = storeOf(subject());
    const { parent } = collection;
    const write = (key: string, version: number, number: number) =>
      sampleWrite(collection, key, version, {
        ...Object.fromEntries(
          collection.fields.map((field) => [field.name, sampleValue(collection, field, number)]),
        ),
        ...(parent === null ? {} : { [parent.field]: keyOf(collectionOf(parent.collection)) }),
      });
    const withAncestors = async () => {
      for (const [ancestor, of] of ancestorWrites(collection)) await store().write(ancestor, [of]);
    };

    it('stores and merges every field', async () => {
      await withAncestors();
      const writes = [
        write('one', 5000, 1),
        sampleWrite(collection, 'one', 7000),
        write('one', 3000, 2),
      ];
      for (const each of writes) await store().write(collection, [each]);
      const stored = await store().read(collection, 'one');
      expect(stored === null ? null : meaningOf(collection, stored)).toEqual(
        meaningOf(collection, foldWrites(collection, writes)),
      );
    });

    it('sorts by every field of its description, in both directions', async () => {
      await withAncestors();
      const numbers = [3, 1, 2];
      await store().write(
        collection,
        numbers.map((number) => write(`key-${number}`, number * 1000, number)),
      );
      for (const { field } of collection.sorts) {
        if (field === collection.status) continue;
        const sorted = ['key-1', 'key-2', 'key-3'];
        expect(await keysOf([], { field, direction: 'asc' }, collection)).toEqual(sorted);
        expect(await keysOf([], { field, direction: 'desc' }, collection)).toEqual(
          sorted.reverse(),
        );
      }
    });

    it('filters a list by every filter of its description', async () => {
      await withAncestors();
      await store().write(collection, [write('one', 1000, 1), write('two', 90_000, 2)]);
      for (const { field, others = [], match } of collection.filters) {
        const one = await store().read(collection, 'one');
        if (field === parent?.field || one === null) continue;
        const instants = { created_at: one.createdAt, updated_at: acceptedAt(one.version) };
        const value = { ...one.fields, ...instants }[field];
        const condition: Readonly<Record<typeof match, Condition>> = {
          'one-of': { kind: 'one-of', field, values: [String(value)] },
          equals: { kind: 'one-of', field, values: [String(value)] },
          contains: { kind: 'contains', fields: [field, ...others], text: String(value) },
          from: { kind: 'range', field, from: Number(value) + 1 },
          until: { kind: 'range', field, until: Number(value) },
        };
        const expected = match === 'from' ? ['two'] : ['one'];
        expect(await keysOf([condition[match]], undefined, collection)).toEqual(expected);
      }
    });

    it('counts by status, and sums the fields of its description', async () => {
      await withAncestors();
      await store().write(collection, [write('one', 1, 1), write('two', 2, 2)]);
      const sums = collection.summed.map((name) => {
        const field = collection.fields.find((each) => each.name === name);
        const [one, two] = [1, 2].map((number) =>
          field === undefined ? 0 : Number(sampleValue(collection, field, number)),
        ) as [number, number];
        return [name, { sum: one + two, count: 2 }];
      });
      expect(await store().summarize(collection)).toEqual({
        total: 2,
        byStatus: collection.status === null ? {} : { completed: 1, pending: 1 },
        sums: Object.fromEntries(sums),
      });
      expect(await store().count(collection, [unfinished(collection)])).toBe(
        collection.status === null ? 0 : 1,
      );
    });

    it('tallies records by the values of any fields', async () => {
      await withAncestors();
      const numbers = [1, 2, 3, 1];
      await store().write(
        collection,
        numbers.map((number, index) => write(`key-${index}`, index + 1, number)),
      );
      const names = collection.fields.filter(({ required }) => required).map(({ name }) => name);
      const { fields } = write('any', 1, 1);
      const same: Condition = {
        kind: 'one-of',
        field: collection.key,
        values: ['key-0', 'key-1', 'key-3'],
      };
      const tallies = await store().tally(collection, [same], names);
      expect([...tallies].sort((a, b) => b.count - a.count)).toEqual([
        { values: names.map((name) => String(fields[name])), count: 2 },
        { values: expect.any(Array), count: 1 },
      ]);
      expect(await store().tally(collection, [], [collection.key])).toHaveLength(4);
      expect(await store().tally(collection, [{ ...same, values: [] }], names)).toEqual([]);
    });

    if (parent !== null) {
      it('refuses a record whose parent does not exist', async () => {
        await expect(store().write(collection, [write('one', 1, 1)])).rejects.toMatchObject({
          reason: 'MISSING_PARENT',
        });
      });

      it('returns the parents of some records', async () => {
        await withAncestors();
        await store().write(collection, [write('one', 1, 1)]);
        const [of] = ancestorsOf(collection).slice(-1) as [Collection];
        expect(await store().parentsWith(collection, ['nothing', keyOf(of)], [])).toEqual([
          keyOf(of),
        ]);
        expect(await store().count(collection, [belongingTo(parent.field, keyOf(of))])).toBe(1);
      });
    }

    describe.each(ancestorsOf(collection))('when its $singular is deleted', (ancestor) => {
      const key = keyOf(ancestor);
      const remove = (version: number, guard?: typeof ALWAYS) =>
        store().delete(ancestor, key, at(version), guard);
      const deleted = () => remove(1000, ALWAYS);

      it('is deleted with it, and is counted', async () => {
        await withAncestors();
        await store().write(collection, [write('one', 1, 1), write('two', 2, 2)]);
        const deletion = await deleted();
        expect(deletion?.descendants.get(collection.name)).toBe(2);
        expect(await store().count(collection, [])).toBe(0);
      });

      it('is not restored by an older write, when everything above it is created again', async () => {
        await withAncestors();
        await store().write(collection, [write('one', 1, 1)]);
        await deleted();
        for (const [each, of] of ancestorWrites(collection, 2000)) await store().write(each, [of]);
        expect(await store().write(collection, [write('one', 900, 1)])).toBe(1);
        expect(await store().read(collection, 'one')).toBeNull();
        expect(await store().write(collection, [write('one', 3000, 1)])).toBe(0);
      });

      it('is deleted from the quarantine, too', async () => {
        await withAncestors();
        const refusal = { write: write('one', 1, 1), reason: 'refused', missingParent: null };
        await store().quarantine.add(collection, [refusal], 0);
        await deleted();
        expect(await store().quarantine.count()).toBe(0);
        expect(await store().quarantine.add(collection, [refusal], 0)).toBe(1);
      });

      it('is deleted from the quarantine when its parent arrives late, and is covered itself', async () => {
        await remove(1000);
        const orphan = { write: write('one', 900, 1), reason: 'orphan', missingParent: 'x' };
        const covered = await store().quarantine.add(collection, [orphan], 0);
        const between = ancestorWrites(collection, 800).filter(
          ([each]) => descendantsOf(ancestor).includes(each) || each === ancestor,
        );
        for (const [each, of] of between) {
          const isStored = await store()
            .write(each, [of])
            .catch(() => store().quarantine.add(each, [{ ...orphan, write: of }], 0));
          expect(isStored).toBe(1);
        }
        expect(covered + (await store().quarantine.count())).toBe(covered);
      });

      it('keeps it while the record is unfinished', async () => {
        if (collection.status === null) return;
        await withAncestors();
        const finish = (of: Collection) => ({ [of.status ?? '']: 'completed' });
        for (const each of ancestorsOf(collection)) {
          const finished = sampleWrite(each, keyOf(each), 10, finish(each));
          await store().write(each, [finished]);
        }
        await store().write(collection, [write('one', 20, 1)]);
        const guard = { conditions: [], keepsUnfinished: true };
        expect(await store().delete(ancestor, key, at(1000), guard)).toBeNull();
        await store().write(collection, [
          sampleWrite(collection, 'one', 30, {
            ...finish(collection),
            [parent?.field ?? '']: keyOf(collectionOf(parent?.collection ?? '')),
          }),
        ]);
        expect(await store().delete(ancestor, key, at(1000), guard)).not.toBeNull();
      });
    });
  });
}
