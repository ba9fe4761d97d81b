import { describe, expect, it } from 'vitest';
import type { DeleteGuard } from '../../src/ports/deletion.js';
import { describeOnGalera } from '../support/galera/galera-suite.js';
import { NOTHING, raceOn, type Stored } from '../support/galera/race.js';
import { BASE_VERSION, SESSIONS, TASKS, taskWrite } from '../support/records/writes.js';

const DELETED_AT = BASE_VERSION + 5;
const STORED: DeleteGuard = { conditions: [], keepsUnfinished: false };
const FINISHED: DeleteGuard = { conditions: [], keepsUnfinished: true };

/**
 * Row locks of one node do not hold on another. What two transactions on two nodes change is
 * compared when they commit: the rows themselves, and the parents of new rows.
 */
describeOnGalera('a delete on one node and a write on another', (cluster) => {
  const race = (stored: Stored) => raceOn(cluster, stored);
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
      expect(await left()).toEqual(NOTHING);
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
      expect(await left()).toEqual(NOTHING);
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
      expect(await left()).toEqual(NOTHING);
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
      expect(await left()).toEqual(NOTHING);
    });
  });
});
