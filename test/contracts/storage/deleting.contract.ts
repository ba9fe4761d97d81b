import { beforeEach, describe, expect, it } from 'vitest';
import { belongingTo, type Condition, unfinished } from '../../../src/domain/query.js';
import { acceptedAt } from '../../../src/domain/version.js';
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
const DAY = 86_400_000;
const ALWAYS = { conditions: [], keepsUnfinished: false };

/** A delete is a write: how every store handles its version. */
export function describeDeleting(name: string, subject: StorageUnderTest): void {
  describe(`${name}, when it deletes`, () => {
    const { store, read, keysOf } = storeOf(subject);

    beforeEach(async () => {
      await store().write(SESSIONS, [sessionWrite('s-1', 0), sessionWrite('s-2', 0)]);
      await store().write(
        TASKS,
        Array.from({ length: 30 }, (_, index) =>
          taskWrite(`t-${index}`, index, { session_id: index < 20 ? 's-1' : 's-2' }),
        ),
      );
    });

    it('deletes what belongs to the record, and only that', async () => {
      const deletion = await store().delete(SESSIONS, 's-1', at(100), ALWAYS);
      expect(deletion).toMatchObject({ version: at(100), descendants: goneTasks(20) });
      expect(await store().count(TASKS, [])).toBe(10);
      expect(await store().read(SESSIONS, 's-1')).toBeNull();
      expect(await store().read(TASKS, 't-0')).toBeNull();
    });

    it('uses a version above everything that it deletes', async () => {
      await store().write(TASKS, [taskWrite('t-5', 700)]);
      expect((await store().delete(SESSIONS, 's-1', at(100)))?.version).toBe(at(701));
    });

    it('changes nothing if a guard finds no record, or one that does not match', async () => {
      const completed = { kind: 'one-of', field: 'status', values: ['completed'] } as const;
      const guard = { conditions: [completed], keepsUnfinished: false };
      expect(await store().delete(SESSIONS, 's-1', at(100), guard)).toBeNull();
      expect(await store().delete(SESSIONS, 'nothing', at(100), ALWAYS)).toBeNull();
      expect(await store().write(TASKS, [taskWrite('t-0', 90)])).toBe(0);
      expect(await store().count(TASKS, [])).toBe(30);
    });

    it('keeps a record because of what belongs to it', async () => {
      const guard = { conditions: [], keepsUnfinished: true };
      expect(await store().delete(SESSIONS, 's-2', at(100), guard)).toBeNull();
      await store().write(
        TASKS,
        Array.from({ length: 10 }, (_, index) =>
          taskWrite(`t-${20 + index}`, 50, { session_id: 's-2', status: 'skipped' }),
        ),
      );
      expect(await store().delete(SESSIONS, 's-2', at(100), guard)).toMatchObject({
        descendants: goneTasks(10),
      });
    });

    it('lets no older write restore a record, and returns how many there were', async () => {
      await store().delete(SESSIONS, 's-1', at(100), ALWAYS);
      expect(await store().write(SESSIONS, [sessionWrite('s-1', 100)])).toBe(1);
      expect(await store().read(SESSIONS, 's-1')).toBeNull();
      await store().write(SESSIONS, [sessionWrite('s-1', 101)]);
      const writes = [taskWrite('t-0', 99), taskWrite('t-1', 100), taskWrite('t-2', 102)];
      expect(await store().write(TASKS, writes)).toBe(2);
      expect(
        (await keysOf([{ kind: 'one-of', field: 'session_id', values: ['s-1'] }])).sort(),
      ).toEqual(['t-2']);
    });

    it('does not refuse a covered write because of its missing session', async () => {
      await store().delete(SESSIONS, 's-1', at(100), ALWAYS);
      // A store may refuse it first; the service then quarantines it, where it is covered, too.
      const outcome = await store()
        .write(TASKS, [taskWrite('t-0', 99)])
        .catch((error: { reason: string }) => error.reason);
      expect([1, 'MISSING_PARENT']).toContain(outcome);
      const refusal = { write: taskWrite('t-0', 99), reason: 'gone', missingParent: 's-1' };
      expect(await store().quarantine.add(TASKS, [refusal], 0)).toBe(1);
      expect(await store().quarantine.count()).toBe(0);
    });

    it('keeps the newer part of a merged write', async () => {
      await store().delete(SESSIONS, 's-1', at(100_000), ALWAYS);
      const merged = {
        ...sessionWrite('s-1', 300_000, { filename: 'new.xlsx', game_info: '{"old":true}' }),
        createdAt: acceptedAt(at(1000)),
        fields: {
          ...sessionWrite('s-1', 300_000).fields,
          filename: 'new.xlsx',
          game_info: '{"old":true}',
          total_tasks: 90,
          completed_tasks: 4,
        },
        olderFields: { game_info: at(1000) },
        olderVersions: [at(1000), at(200_000)],
        olderCounters: {
          total_tasks: [
            [at(1000), 90],
            [at(200_000), 7],
          ] as const,
        },
      };
      expect(await store().write(SESSIONS, [merged])).toBe(0);
      expect(await read(SESSIONS, 's-1')).toMatchObject({
        filename: 'new.xlsx',
        game_info: null,
        total_tasks: 7,
        completed_tasks: 4,
        created_at: acceptedAt(at(200_000)),
        updated_at: acceptedAt(at(300_000)),
      });
    });

    it('leaves nothing that a new record of the key could inherit', async () => {
      await store().write(TASKS, [taskWrite('t-0', 60, { target_text: 'x', retry_count: 9 })]);
      await store().delete(SESSIONS, 's-1', at(100), ALWAYS);
      await store().write(SESSIONS, [sessionWrite('s-1', 1000), sessionWrite('s-3', 1000)]);
      await store().write(TASKS, [taskWrite('t-0', 2000, { session_id: 's-3' })]);
      expect(await read(TASKS, 't-0')).toMatchObject({
        session_id: 's-3',
        target_text: null,
        retry_count: 0,
        created_at: acceptedAt(at(2000)),
      });
    });

    it('deletes quarantined records, and keeps their newer part', async () => {
      const { quarantine } = store();
      const refusal = (key: string, version: number, session_id: string) => ({
        write: taskWrite(key, version, { session_id }),
        reason: 'refused',
        missingParent: null,
      });
      const refusals = [
        refusal('q-1', 50, 's-1'),
        refusal('q-2', 150, 's-1'),
        refusal('q-3', 50, 's-2'),
      ];
      await quarantine.add(TASKS, refusals, 0);
      const session = { write: sessionWrite('s-1', 60), reason: 'refused', missingParent: null };
      await quarantine.add(SESSIONS, [session], 0);
      await store().delete(SESSIONS, 's-1', at(100), ALWAYS);
      const left = await quarantine.list(0, { records: 10, bytes: 1_000_000 });
      expect(left.map(({ write }) => write.key).sort()).toEqual(['q-2', 'q-3']);
    });

    it('keeps the greatest version of several deletes, whatever their order', async () => {
      await store().delete(SESSIONS, 's-1', at(300));
      await store().delete(SESSIONS, 's-1', at(200));
      expect(await store().write(SESSIONS, [sessionWrite('s-1', 250)])).toBe(1);
    });

    it('finds the right tombstones among very many', async () => {
      for (let index = 0; index < 600; index += 1) {
        await store().delete(SESSIONS, `gone-${index}`, at(1000 + index));
      }
      expect(await store().write(SESSIONS, [sessionWrite('gone-7', 900)])).toBe(1);
      expect(await store().write(SESSIONS, [sessionWrite('other', 900)])).toBe(0);
      expect(await store().newestVersion()).toBeGreaterThanOrEqual(at(1599));
    }, 60_000);

    it('returns the newest version that it has seen', async () => {
      const before = await store().newestVersion();
      expect(before).toBeGreaterThanOrEqual(at(29));
      expect(acceptedAt(before)).toBe(acceptedAt(at(29)));
      await store().delete(SESSIONS, 's-1', at(5_000_000), ALWAYS);
      expect(await store().newestVersion()).toBe(at(5_000_000));
    });

    it('returns the sessions that have unfinished tasks', async () => {
      await store().write(
        TASKS,
        Array.from({ length: 10 }, (_, index) =>
          taskWrite(`t-${20 + index}`, 50, { session_id: 's-2', status: 'failed' }),
        ),
      );
      const among = ['s-2', 'nobody', 's-1'];
      expect(await store().parentsWith(TASKS, among, [unfinished(TASKS)])).toEqual(['s-1']);
      expect(await store().parentsWith(TASKS, ['s-2'], [unfinished(TASKS)])).toEqual([]);
      expect(await store().parentsWith(TASKS, [], [unfinished(TASKS)])).toEqual([]);
      expect(await store().parentsWith(SESSIONS, among, [])).toEqual([]);
    });

    it('returns the sessions of tasks in some states, whatever else is in them', async () => {
      const states = [
        ['aborted', 'zeta'],
        ['completed'],
        ['completed', 'pending', 'skipped'],
        ['cancelled', 'failed'],
        ['Pending', 'pending', 'späť', '待处理'],
        [],
        ['skipped', 'skipped2'],
      ];
      const names = states.map((_, index) => `p-${index}`);
      await store().write(
        SESSIONS,
        names.map((name) => sessionWrite(name, 60)),
      );
      await store().write(
        TASKS,
        states.flatMap((some, index) =>
          some.flatMap((status) =>
            [1, 2, 3].map((copy) =>
              taskWrite(`p-${index}-${status}-${copy}`, 61, { session_id: `p-${index}`, status }),
            ),
          ),
        ),
      );
      const parents = async (...conditions: readonly Condition[]) =>
        [...(await store().parentsWith(TASKS, names, conditions))].sort();
      const status = (...values: readonly string[]) => belongingTo('status', ...values);
      expect(await parents()).toEqual(['p-0', 'p-1', 'p-2', 'p-3', 'p-4', 'p-6']);
      expect(await parents(unfinished(TASKS))).toEqual(['p-0', 'p-2', 'p-4', 'p-6']);
      expect(await parents(status('pending'))).toEqual(['p-2', 'p-4']);
      expect(await parents(status('zeta', '待处理'))).toEqual(['p-0', 'p-4']);
      expect(await parents(unfinished(TASKS), status('failed', 'zeta'))).toEqual(['p-0']);
      expect(await parents(status('nothing'))).toEqual([]);
      const row = belongingTo('sheet_name', 'nowhere');
      expect(await parents(unfinished(TASKS), row)).toEqual([]);
    });

    describe('drops tombstones', () => {
      const NOON = acceptedAt(BASE_VERSION) + 3 * DAY;
      const before = BASE_VERSION + 2 * DAY * 1000;
      const instance = (id: string, survives = true, seenAt = NOON) => ({ id, survives, seenAt });
      const deleteTwo = async () => {
        await store().write(SESSIONS, [sessionWrite('e-1', 0), sessionWrite('e-2', 0)]);
        await store().delete(SESSIONS, 'e-1', at(1000), ALWAYS);
        await store().delete(SESSIONS, 'e-2', at(2000), ALWAYS);
      };

      it('that are old enough, if no instance may write anything older', async () => {
        await deleteTwo();
        expect(await store().dropTombstones(at(1500))).toEqual({ dropped: 1, oldest: null });
        expect(await store().write(SESSIONS, [sessionWrite('e-1', 900)])).toBe(0);
        expect(await store().write(SESSIONS, [sessionWrite('e-2', 900)])).toBe(1);
      });

      it('only when every instance has stored what was accepted before', async () => {
        await deleteTwo();
        await store().announce(instance('a'), at(5000));
        await store().announce(instance('b'), at(1500));
        expect(await store().dropTombstones(before)).toEqual({
          dropped: 1,
          oldest: instance('b'),
        });
        await store().announce(instance('b'), at(6000));
        expect(await store().dropTombstones(before)).toMatchObject({ dropped: 1 });
      });

      it('also for an instance that holds nothing any more, or was killed and does not survive', async () => {
        await deleteTwo();
        await store().announce(instance('a'), at(10));
        await store().announce(instance('b', false, NOON - 3 * DAY), at(10));
        expect(await store().dropTombstones(before)).toMatchObject({ dropped: 0 });
        await store().announce(instance('a'), null);
        expect(await store().dropTombstones(before)).toEqual({ dropped: 2, oldest: null });
      });

      it('not while something older is in quarantine', async () => {
        const refusal = { write: taskWrite('q', 50), reason: 'refused', missingParent: null };
        await store().quarantine.add(TASKS, [refusal], 0);
        await store().delete(SESSIONS, 'e-2', at(2000));
        expect(await store().dropTombstones(before)).toMatchObject({ dropped: 0 });
        await store().quarantine.remove(
          await store().quarantine.list(0, { records: 10, bytes: 1_000_000 }),
        );
        expect(await store().dropTombstones(before)).toMatchObject({ dropped: 1 });
      });
    });
  });
}
