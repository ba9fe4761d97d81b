import { beforeEach, describe, expect, it } from 'vitest';
import { goneTasks } from '../../support/application/deleted-counts.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

const at = (version: number) => BASE_VERSION + version;
const ALWAYS = { conditions: [], keepsUnfinished: false };

/** A delete of a record whose descendants are in other stores, too. */
export function describeDeletingTogether(name: string, subject: StorageUnderTest): void {
  describe(`${name}, when it deletes together with other stores`, () => {
    const { store } = storeOf(subject);

    beforeEach(async () => {
      await store().write(SESSIONS, [sessionWrite('s-1', 0), sessionWrite('s-2', 0)]);
      await store().write(TASKS, [
        taskWrite('t-1', 1, { session_id: 's-1' }),
        taskWrite('t-2', 2, { session_id: 's-2' }),
      ]);
    });

    it('uses a version that is not older than theirs, and has the record until then', async () => {
      const asked: number[] = [];
      const inOtherStores = async (version: number) => {
        asked.push(version);
        // The record is there, in case that this is all that happens.
        expect(await store().read(SESSIONS, 's-1')).not.toBeNull();
        return version + 500;
      };
      const deletion = await store().delete(SESSIONS, 's-1', at(100), { ...ALWAYS, inOtherStores });
      expect(asked).toEqual([at(100)]);
      expect(deletion).toMatchObject({ version: at(600), descendants: goneTasks(1) });
      expect(await store().write(SESSIONS, [sessionWrite('s-1', 600)])).toBe(1);
    });

    it('changes nothing if they do not delete, and asks them only if the guard is met', async () => {
      const none = async () => null;
      const guard = { ...ALWAYS, inOtherStores: none };
      expect(await store().delete(SESSIONS, 's-1', at(100), guard)).toBeNull();
      expect(await store().write(TASKS, [taskWrite('t-1', 90)])).toBe(0);
      expect(await store().count(TASKS, [])).toBe(2);
      const never = () => Promise.reject(new Error('it was asked'));
      const unmet = { conditions: [], keepsUnfinished: true, inOtherStores: never };
      expect(await store().delete(SESSIONS, 'nothing', at(100), unmet)).toBeNull();
      expect(await store().delete(SESSIONS, 's-2', at(100), unmet)).toBeNull();
    });

    it('lets a write wait that comes meanwhile, and covers it', async () => {
      let written: Promise<number> = Promise.resolve(0);
      const inOtherStores = async (version: number) => {
        written = store().write(SESSIONS, [sessionWrite('s-1', 90, { filename: 'late.xlsx' })]);
        return version;
      };
      await store().delete(SESSIONS, 's-1', at(100), { ...ALWAYS, inOtherStores });
      expect(await written).toBe(1);
      expect(await store().read(SESSIONS, 's-1')).toBeNull();
    });
  });
}
