import { beforeEach, describe, expect, it } from 'vitest';
import {
  deletedSubject,
  droppedSubject,
  goneSubject,
  positionOfTombstone,
  type Tombstone,
  type TombstonePosition,
} from '../../../src/domain/tombstone.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

const at = (version: number) => BASE_VERSION + version;
const NOON = 1_790_000_000_000;
const ALL = { records: 1000, bytes: 100_000_000 };

const deleted = (key: string, version: number): Tombstone => ({
  ...deletedSubject(SESSIONS.name, key),
  version: at(version),
});

/** The contract of ports/tombstone-store.ts. */
export function describeBurying(name: string, subject: StorageUnderTest): void {
  describe(`The tombstones of ${name}`, () => {
    const { store } = storeOf(subject);
    const bury = (...tombstones: readonly Tombstone[]) => store().tombstones.bury(tombstones, NOON);
    const keys = async () =>
      (await store().quarantine.list(0, ALL)).map(({ write }) => write.key).sort();
    const refused = (key: string, version: number, session_id = 's-1') => ({
      write: taskWrite(key, version, { session_id }),
      reason: 'CONSTRAINT: no',
      missingParent: null,
    });
    const walk = async (limit: number, from: TombstonePosition | null = null) => {
      const found: Tombstone[] = [];
      let last = from;
      for (;;) {
        const some: readonly Tombstone[] = await store().tombstones.after(last, limit);
        expect(some.length).toBeLessThanOrEqual(limit);
        const end = some.at(-1);
        if (end === undefined) return found;
        found.push(...some);
        last = positionOfTombstone(end);
      }
    };

    /** Without those that deleted tasks leave if something belongs to tasks. */
    const kept = async () => (await walk(500)).filter(({ kind }) => kind !== 'gone');

    beforeEach(async () => {
      await store().write(SESSIONS, [sessionWrite('s-1', 0), sessionWrite('s-2', 0)]);
      await store().write(TASKS, [
        taskWrite('t-1', 10),
        taskWrite('t-2', 20),
        taskWrite('t-3', 30, { session_id: 's-2' }),
      ]);
    });

    it('are read in the order of versions, then of ids, a slice at a time', async () => {
      const others: Tombstone[] = [
        { ...goneSubject(TASKS.name, 'a/b:c 🗡'), version: at(300) },
        { ...droppedSubject(TASKS, taskWrite('t/9:é', 0, { session_id: 'S é' })), version: at(5) },
        deleted('\ufa10', 300),
        deleted('𠀀', 300),
        deleted('a', 200),
      ];
      await bury(...others);
      const [gone, dropped, inner, outer, first] = others;
      const sorted = [dropped, first, inner, outer, gone];
      expect(await walk(2)).toEqual(sorted);
      expect(await walk(100)).toEqual(sorted);
      expect(await walk(2, { version: at(300), id: '' })).toEqual([inner, outer, gone]);
      expect(await walk(2, { version: at(301), id: '' })).toEqual([]);
    });

    it('include those of its own deletes and drops', async () => {
      await store().delete(SESSIONS, 's-2', at(100));
      await store().quarantine.add(TASKS, [refused('t-1', 50)], NOON);
      const [record] = await store().quarantine.list(0, ALL);
      await store().quarantine.drop(record?.id ?? '');
      expect(await kept()).toEqual([
        { ...droppedSubject(TASKS, taskWrite('t-1', 0)), version: at(50) },
        deleted('s-2', 100),
      ]);
    });

    it('of another store delete what they cover, and let no older write restore it', async () => {
      await store().quarantine.add(TASKS, [refused('q-1', 90), refused('q-2', 90, 's-2')], NOON);
      await bury(deleted('s-1', 100), deleted('unknown', 100));
      expect(await store().read(SESSIONS, 's-1')).toBeNull();
      expect(await store().count(TASKS, [])).toBe(1);
      expect(await keys()).toEqual(['q-2']);
      expect(await store().write(SESSIONS, [sessionWrite('s-1', 100)])).toBe(1);
      expect(await store().write(SESSIONS, [sessionWrite('s-1', 101)])).toBe(0);
      expect(await store().write(TASKS, [taskWrite('t-1', 100), taskWrite('t-9', 102)])).toBe(1);
    });

    it('delete nothing that is newer', async () => {
      await store().write(SESSIONS, [sessionWrite('s-1', 150)]);
      await store().write(TASKS, [taskWrite('t-2', 151)]);
      await bury(deleted('s-1', 100));
      expect((await store().read(SESSIONS, 's-1'))?.version).toBe(at(150));
      expect(await store().read(TASKS, 't-1')).toBeNull();
      expect((await store().read(TASKS, 't-2'))?.version).toBe(at(151));
    });

    it('move newer tasks to quarantine if their session goes', async () => {
      const newer = Array.from({ length: 230 }, (_, index) =>
        taskWrite(`n-${index}`, 200 + index, { source_text: 'x'.repeat(100) }),
      );
      await store().write(TASKS, newer);
      await bury(deleted('s-1', 100));
      expect(await store().read(SESSIONS, 's-1')).toBeNull();
      expect(await store().count(TASKS, [])).toBe(1);
      expect(await keys()).toEqual(newer.map(({ key }) => key).sort());
      const [record] = await store().quarantine.waitingFor(TASKS, ['s-1'], null, ALL);
      expect(record).toMatchObject({
        reason: 'MISSING_PARENT: session_id "s-1" does not exist',
        missingParent: 's-1',
        quarantinedAt: NOON,
        attempts: 1,
      });
      await bury(deleted('s-1', 100));
      expect(await store().quarantine.count()).toBe(230);
    });

    it('have the greater version of two, in any order, repeated', async () => {
      await bury(deleted('s-1', 100), deleted('s-2', 50));
      await bury(deleted('s-1', 70), deleted('s-2', 60));
      await bury(deleted('s-2', 60));
      expect(await kept()).toEqual([deleted('s-2', 60), deleted('s-1', 100)]);
    });

    it('of a dropped record remove it from quarantine, for that session only', async () => {
      await store().quarantine.add(
        TASKS,
        [refused('t-1', 50), refused('t-1', 50, 's-2'), refused('t-1', 90, 's-3')],
        NOON,
      );
      await bury({ ...droppedSubject(TASKS, taskWrite('t-1', 0)), version: at(60) });
      const left = await store().quarantine.find(TASKS, ['t-1']);
      expect(left.map(({ parent }) => parent)).toEqual(['s-3', 's-2']);
      expect((await store().read(TASKS, 't-1'))?.version).toBe(at(10));
    });

    it('of records that went with their parent cover what belongs to them', async () => {
      await bury({ ...goneSubject(SESSIONS.name, 's-2'), version: at(100) });
      expect(await store().read(TASKS, 't-3')).toBeNull();
      expect(await store().read(SESSIONS, 's-2')).not.toBeNull();
    });

    it('return what they leave of writes, and change nothing', async () => {
      await bury(deleted('s-1', 100));
      const writes = [
        taskWrite('t-8', 99),
        taskWrite('t-9', 101),
        taskWrite('t-7', 99, { session_id: 's-2' }),
      ];
      const remaining = await store().tombstones.remaining(TASKS, writes);
      expect(remaining.map(({ key }) => key)).toEqual(['t-9', 't-7']);
      expect(await store().tombstones.remaining(TASKS, [])).toEqual([]);
      expect(await store().count(TASKS, [])).toBe(1);
    });

    it('are many', async () => {
      const many = Array.from({ length: 1300 }, (_, index) => deleted(`d-${index}`, index));
      await bury(...many, deleted('s-1', 2000));
      expect(await kept()).toHaveLength(1301);
      expect(await store().count(SESSIONS, [])).toBe(1);
    });
  });
}
