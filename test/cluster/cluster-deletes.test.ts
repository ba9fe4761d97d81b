import { describe, expect, it } from 'vitest';
import type { DeleteGuard } from '../../src/ports/storage-backend.js';
import { contents, gatedStoreOn, settled, storesOn } from '../support/galera/galera-stores.js';
import { describeOnGalera } from '../support/galera/galera-suite.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../support/records/writes.js';

const DELETED_AT = BASE_VERSION + 5;
const STORED: DeleteGuard = { conditions: [], keepsUnfinished: false };
const FINISHED: DeleteGuard = { conditions: [], keepsUnfinished: true };

/**
 * Row locks of one node do not hold on another. What two transactions on two nodes change is
 * compared when they commit: the rows themselves, and the parents of new rows.
 */
describeOnGalera('a delete on one node and a write on another', (cluster) => {
  /** A store on the first node, and one on the second, whose next commit waits. */
  async function race(stored: { readonly session: boolean; readonly task?: boolean }) {
    const { database, first } = await storesOn(cluster);
    if (stored.session) await first.write(SESSIONS, [sessionWrite('s-1', 1)]);
    if (stored.task) await first.write(TASKS, [taskWrite('t-1', 1)]);
    const { gate, store: second } = await gatedStoreOn(cluster.node(1), database);
    await settled(cluster);
    /** Commits `held` after `other` has resolved and, with `applied`, has reached its node. */
    const run = async <Held, Other>(
      held: () => Promise<Held>,
      other: () => Promise<Other>,
      applied: boolean,
    ) => {
      const arrived = gate.holdNext();
      const first = held();
      first.catch(() => undefined);
      await arrived;
      const second = await other();
      if (applied) await settled(cluster);
      gate.release();
      const [outcome] = await Promise.allSettled([first]);
      return { held: outcome, other: second };
    };
    const left = async () => {
      const [one, ...others] = await contents(cluster, database);
      for (const other of others) expect(other).toEqual(one);
      return {
        sessions: await first.count(SESSIONS, []),
        tasks: await first.count(TASKS, []),
        quarantined: await first.quarantine.count(),
      };
    };
    return { database, first, second, run, left };
  }

  const nothing = { sessions: 0, tasks: 0, quarantined: 0 };
  const refused = {
    status: 'rejected',
    reason: expect.objectContaining({ reason: 'MISSING_PARENT' }),
  };

  describe.each([
    ['before it commits', true],
    ['while it commits', false],
  ] as const)('that reaches the node %s', (_when, applied) => {
    it('leave no task behind that is new', async () => {
      const { first, second, run, left } = await race({ session: true });
      const { held } = await run(
        () => second.write(TASKS, [taskWrite('t-1', 9)]),
        () => first.delete(SESSIONS, 's-1', DELETED_AT, STORED),
        applied,
      );
      expect(held).toEqual(refused);
      expect(await left()).toEqual(nothing);
    });

    it('leave no task behind that is changed', async () => {
      const { first, second, run, left } = await race({ session: true, task: true });
      const { held, other } = await run(
        () => second.write(TASKS, [taskWrite('t-1', 9)]),
        () => first.delete(SESSIONS, 's-1', DELETED_AT, STORED),
        applied,
      );
      expect(held).toEqual(refused);
      expect(other?.descendants).toEqual(new Map([['translation_tasks', 1]]));
      expect(await left()).toEqual(nothing);
    });

    it('leave no task behind that the delete has not seen', async () => {
      const { first, second, run, left } = await race({ session: true });
      const { held } = await run(
        () => second.delete(SESSIONS, 's-1', DELETED_AT, STORED),
        () => first.write(TASKS, [taskWrite('t-1', 9)]),
        applied,
      );
      // It runs again, sees the task, and takes a greater version than that.
      const deletion = { version: BASE_VERSION + 10 };
      expect(held).toMatchObject({ status: 'fulfilled', value: deletion });
      expect(await left()).toEqual(nothing);
    });

    it('keep a session for an unfinished task that the delete has not seen', async () => {
      const { first, second, run, left } = await race({ session: true });
      const { held } = await run(
        () => second.delete(SESSIONS, 's-1', DELETED_AT, FINISHED),
        () => first.write(TASKS, [taskWrite('t-1', 2, { status: 'processing' })]),
        applied,
      );
      expect(held).toEqual({ status: 'fulfilled', value: null });
      expect(await left()).toEqual({ sessions: 1, tasks: 1, quarantined: 0 });
    });

    it('leave no task behind where the server cascades the delete of a session', async () => {
      const { database, second, run, left } = await race({ session: true, task: true });
      const { held } = await run(
        () => second.write(TASKS, [taskWrite('t-1', 9), taskWrite('t-2', 9)]),
        () => cluster.node(0).query('delete from translation_sessions', database),
        applied,
      );
      expect(held).toEqual(refused);
      expect(await left()).toEqual(nothing);
    });
  });

  // Nothing that both transactions change: each misses what the other one adds.
  describe('without a row that both change', () => {
    it('leave no session behind that is older than the delete', async () => {
      const { first, second, run, left } = await race({ session: false });
      await run(
        () => second.write(SESSIONS, [sessionWrite('s-1', 1)]),
        () => first.delete(SESSIONS, 's-1', DELETED_AT),
        true,
      );
      expect(await left()).toEqual(nothing);
    });

    it('leave no task in quarantine that is older than the delete', async () => {
      const { first, second, run, left } = await race({ session: true });
      const orphan = { write: taskWrite('t-1', 2), reason: 'MISSING_PARENT', missingParent: 's-1' };
      await run(
        () => second.quarantine.add(TASKS, [orphan], 1_790_000_000_000),
        () => first.delete(SESSIONS, 's-1', DELETED_AT, STORED),
        true,
      );
      expect(await left()).toEqual(nothing);
    });

    it('leave no task behind in a store of tasks alone', async () => {
      const { database, first, left } = await race({ session: false });
      const { gate, store } = await gatedStoreOn(cluster.node(1), database, ['translation_tasks']);
      const arrived = gate.holdNext();
      const writing = store.write(TASKS, [taskWrite('t-1', 2)]);
      await arrived;
      await first.delete(SESSIONS, 's-1', DELETED_AT);
      await settled(cluster);
      gate.release();
      await writing;
      expect(await left()).toEqual(nothing);
    });
  });
});
