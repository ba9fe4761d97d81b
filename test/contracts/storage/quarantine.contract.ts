import { describe, expect, it } from 'vitest';
import type { Quarantine, Refusal } from '../../../src/ports/quarantine.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

const NOON = 1_790_000_000_000;
const ALL = { records: 1000, bytes: 100_000_000 };

function orphan(key: string, session_id: string, fields: Record<string, string> = {}): Refusal {
  return {
    write: taskWrite(key, 1, { session_id, ...fields }),
    reason: `MISSING_PARENT: session_id "${session_id}" does not exist`,
    missingParent: session_id,
  };
}

const broken = (key: string, version = 1): Refusal => ({
  write: taskWrite(key, version),
  reason: 'CONSTRAINT: a value breaks a constraint of the table',
  missingParent: null,
});

/** The contract of ports/quarantine.ts, for the quarantine of a store. */
export function describeQuarantine(name: string, subject: StorageUnderTest): void {
  describe(`The quarantine of ${name}`, () => {
    const { store } = storeOf(subject);
    const quarantine = (): Quarantine => store().quarantine;
    const keys = async (records: ReturnType<Quarantine['list']>) =>
      (await records).map(({ write }) => write.key);

    it('returns a record as it was refused', async () => {
      const fields = { source_text: '漢字 🗡 "quoted" \\ \n', session_id: 's-9', target_text: null };
      const write = {
        ...taskWrite('t-1', 5, fields),
        olderFields: { target_text: BASE_VERSION + 2 },
        olderVersions: [BASE_VERSION + 2],
      };
      expect(await quarantine().add(TASKS, [{ ...orphan('t-1', 's-9'), write }], NOON + 7)).toBe(0);
      const [record] = await quarantine().list(0, ALL);
      expect(record).toEqual({
        id: expect.any(String),
        collection: TASKS.name,
        write,
        reason: 'MISSING_PARENT: session_id "s-9" does not exist',
        missingParent: 's-9',
        attempts: 1,
        quarantinedAt: NOON + 7,
      });
    });

    it.each([
      ['control characters', '\u0001'],
      ['quotes', '"'],
      ['four bytes each', '🗡'],
    ])('keeps a record of 4 MiB that is all %s', async (_, text) => {
      const source_text = text.repeat((4 * 1024 * 1024) / Buffer.byteLength(text));
      await quarantine().add(TASKS, [orphan('t-1', 's-9', { source_text })], NOON);
      await quarantine().add(TASKS, [orphan('t-2', 's-9', { source_text })], NOON);
      const [place] = await quarantine().find(TASKS, ['t-2']);
      const [found] = await quarantine().get([place?.id ?? '']);
      expect(found?.write.fields.source_text === source_text).toBe(true);
      const slice = await quarantine().waitingFor(TASKS, ['s-9'], null, {
        records: 10,
        bytes: 4 * 1024 * 1024,
      });
      expect(slice).toHaveLength(1);
    });

    it('merges another refusal of a record into it, and counts the attempts', async () => {
      await quarantine().add(TASKS, [broken('t-1', 1)], NOON);
      const [before] = await quarantine().list(0, ALL);
      await quarantine().add(
        TASKS,
        [{ ...broken('t-1', 3), write: taskWrite('t-1', 3, { target_text: 'x' }) }],
        NOON + 1,
      );
      await quarantine().add(TASKS, [broken('t-1', 2)], NOON + 2);
      const [after, ...more] = await quarantine().list(0, ALL);
      expect(more).toEqual([]);
      expect(after).toMatchObject({ id: before?.id, attempts: 3, quarantinedAt: NOON + 2 });
      expect(after?.write.version).toBe(BASE_VERSION + 3);
      expect(after?.write.fields.target_text).toBe('x');
    });

    it('keeps writes of one key separate if they name different parents', async () => {
      await quarantine().add(TASKS, [orphan('t-1', 's-1'), orphan('t-1', 's-2')], NOON);
      expect(await quarantine().count()).toBe(2);
      const newer = { ...orphan('t-1', 's-2'), write: taskWrite('t-1', 5, { session_id: 's-2' }) };
      await quarantine().add(TASKS, [newer], NOON);
      const found = await quarantine().find(TASKS, ['t-1', 't-2']);
      expect(found.map(({ parent, version }) => ({ parent, version }))).toEqual([
        { parent: 's-2', version: BASE_VERSION + 5 },
        { parent: 's-1', version: BASE_VERSION + 1 },
      ]);
      const [first] = await quarantine().get(found.map(({ id }) => id));
      expect(found).toContainEqual({
        id: first?.id,
        key: 't-1',
        parent: first?.write.fields.session_id,
        version: first?.write.version,
        reason: first?.reason,
      });
    });

    it('distinguishes collections that have the same key', async () => {
      await quarantine().add(TASKS, [broken('same')], NOON);
      await quarantine().add(
        SESSIONS,
        [{ write: sessionWrite('same', 1), reason: 'CONSTRAINT: no', missingParent: null }],
        NOON,
      );
      expect(await quarantine().find(SESSIONS, ['same'])).toMatchObject([
        { key: 'same', parent: null },
      ]);
      expect(await quarantine().count()).toBe(2);
    });

    it('compares keys byte for byte', async () => {
      await quarantine().add(TASKS, [broken('a'), broken('A'), broken('á'), broken('a ')], NOON);
      expect(await quarantine().count()).toBe(4);
      expect(await quarantine().find(TASKS, ['A'])).toMatchObject([{ key: 'A' }]);
    });

    it('lists the newest first, in windows', async () => {
      for (let index = 0; index < 7; index += 1)
        await quarantine().add(TASKS, [broken(`t-${index}`)], NOON + index);
      expect(await keys(quarantine().list(0, { ...ALL, records: 3 }))).toEqual([
        't-6',
        't-5',
        't-4',
      ]);
      expect(await keys(quarantine().list(5, { ...ALL, records: 3 }))).toEqual(['t-1', 't-0']);
      expect(await keys(quarantine().list(7, { ...ALL, records: 3 }))).toEqual([]);
    });

    it('is read by id in slices of records and bytes, each with at least one record', async () => {
      const text = 'x'.repeat(10_000);
      const refusals = Array.from({ length: 12 }, (_, index) =>
        orphan(`t-${index}`, 's-1', { source_text: text }),
      );
      await quarantine().add(TASKS, refusals, NOON);
      const walk = async (limit: { records: number; bytes: number }) => {
        const sizes: number[] = [];
        const seen = new Set<string>();
        let last: string | null = null;
        do {
          const slice: Awaited<ReturnType<Quarantine['after']>> = await quarantine().after(
            last,
            limit,
          );
          for (const { write } of slice) seen.add(write.key);
          if (slice.length > 0) sizes.push(slice.length);
          last = slice.at(-1)?.id ?? null;
        } while (last !== null);
        expect(seen.size).toBe(12);
        return sizes;
      };
      expect(await walk({ records: 5, bytes: 1_000_000 })).toEqual([5, 5, 2]);
      expect(await walk({ records: 5, bytes: 25_000 })).toEqual([2, 2, 2, 2, 2, 2]);
      expect(await walk({ records: 5, bytes: 1 })).toEqual(Array.from({ length: 12 }, () => 1));
    });

    it('finds the orphans of a parent', async () => {
      await quarantine().add(
        TASKS,
        [orphan('t-1', 's-1'), orphan('t-2', 's-2'), orphan('t-3', 's-1'), broken('t-4')],
        NOON,
      );
      const waiting = await quarantine().waitingFor(TASKS, ['s-1', 's-9'], null, ALL);
      expect(waiting.map(({ write }) => write.key).sort()).toEqual(['t-1', 't-3']);
      const [first, second] = waiting;
      expect(await quarantine().waitingFor(TASKS, ['s-1'], first?.id ?? '', ALL)).toEqual([second]);
      expect(await quarantine().waitingFor(SESSIONS, ['s-1'], null, ALL)).toEqual([]);
    });

    it('returns the missing parents once each, in order', async () => {
      const refusals = ['s-3', 's-1', 's-2', 's-1'].map((parent, index) =>
        orphan(`t-${index}`, parent),
      );
      await quarantine().add(TASKS, [...refusals, broken('t-9')], NOON);
      expect(await quarantine().missingParents(TASKS, null, 2)).toEqual(['s-1', 's-2']);
      expect(await quarantine().missingParents(TASKS, 's-2', 2)).toEqual(['s-3']);
      expect(await quarantine().missingParents(TASKS, 's-3', 2)).toEqual([]);
      expect(await quarantine().missingParents(SESSIONS, null, 2)).toEqual([]);
    });

    it('removes what was read, but not what was refused again since', async () => {
      await quarantine().add(TASKS, [broken('t-1'), broken('t-2')], NOON);
      const read = await quarantine().list(0, ALL);
      await quarantine().add(TASKS, [broken('t-2', 2)], NOON + 1);
      expect(await quarantine().remove(read)).toBe(1);
      expect(await keys(quarantine().list(0, ALL))).toEqual(['t-2']);
      expect(await quarantine().remove([])).toBe(0);
    });

    it('drops a record so that no replay restores it', async () => {
      await store().write(SESSIONS, [sessionWrite('s-1', 0)]);
      await quarantine().add(TASKS, [broken('t-1', 5)], NOON);
      const [record] = await quarantine().list(0, ALL);
      const id = record?.id ?? '';
      expect(await quarantine().drop(id)).toBe(record?.write.version);
      expect(await quarantine().drop(id)).toBeNull();
      expect(await quarantine().add(TASKS, [broken('t-1', 5)], NOON)).toBe(1);
      expect(await store().write(TASKS, [taskWrite('t-1', 5)])).toBe(1);
      expect(await store().read(TASKS, 't-1')).toBeNull();
      expect(await store().write(TASKS, [taskWrite('t-1', 6)])).toBe(0);
    });

    it('drops a session without the tasks that are stored under it', async () => {
      await store().write(SESSIONS, [sessionWrite('s-1', 0)]);
      const session = {
        write: sessionWrite('s-1', 9),
        reason: 'CONSTRAINT: no',
        missingParent: null,
      };
      await quarantine().add(SESSIONS, [session], NOON);
      const [record] = await quarantine().list(0, ALL);
      await quarantine().drop(record?.id ?? '');
      expect(await store().write(TASKS, [taskWrite('t-1', 5)])).toBe(0);
    });

    it('stores many records, and finds each by its id and its key', async () => {
      const refusals = Array.from({ length: 1200 }, (_, index) => orphan(`t-${index}`, 's-1'));
      await quarantine().add(TASKS, refusals, NOON);
      expect(await quarantine().count()).toBe(1200);
      const found = await quarantine().find(
        TASKS,
        refusals.map(({ write }) => write.key),
      );
      expect(found).toHaveLength(1200);
      const all = await quarantine().get(found.map(({ id }) => id));
      expect(all).toHaveLength(1200);
      expect(await quarantine().remove(all)).toBe(1200);
    });

    it('keeps one record when two instances refuse it at the same time', async () => {
      await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          quarantine().add(TASKS, [broken('t-1', index)], NOON + index),
        ),
      );
      const [record, ...more] = await quarantine().list(0, ALL);
      expect(more).toEqual([]);
      expect(record).toMatchObject({ attempts: 6, write: { version: BASE_VERSION + 5 } });
    });
  });
}
