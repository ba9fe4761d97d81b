import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SqliteBackend } from '../../../src/adapters/storage/sqlite/sqlite-backend.js';
import type { DeleteGuard } from '../../../src/ports/deletion.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import { cutOffAfter } from '../../support/stores/cut-off.js';
import { aBackend, temporaryFolder } from './sqlite/temporary-sqlite.js';

const ALWAYS: DeleteGuard = { conditions: [], keepsUnfinished: false };
/** More than any delete needs. */
const TRANSACTIONS = 5;
/** Version of the delete: seconds after everything else. */
const VERSION = BASE_VERSION + 5_000_000;

describe('an interrupted delete', () => {
  let store: SqliteBackend;
  beforeEach(async () => {
    store = aBackend(join(await temporaryFolder(), 'test.db'));
    await store.open();
    await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
    await store.write(TASKS, [taskWrite('t-1', 1)]);
  });
  const refuse = (key: string, version: number, session_id: string) =>
    store.quarantine.add(
      TASKS,
      [{ write: taskWrite(key, version, { session_id }), reason: 'refused', missingParent: null }],
      0,
    );

  it.each(Array.from({ length: TRANSACTIONS }, (_, commits) => commits))(
    'after %i transactions has deleted everything, or nothing',
    async (commits) => {
      await refuse('q-1', 2, 's-1');
      cutOffAfter(store, commits);
      await store.delete(SESSIONS, 's-1', VERSION, ALWAYS).catch(() => undefined);
      const isThere = (await store.read(SESSIONS, 's-1')) !== null;
      expect((await store.read(TASKS, 't-1')) !== null).toBe(isThere);
      expect(await store.quarantine.count()).toBe(isThere ? 1 : 0);
      expect((await store.newestVersion()) >= VERSION).toBe(!isThere);
    },
  );

  it.each(Array.from({ length: TRANSACTIONS }, (_, commits) => commits))(
    'after %i transactions, of a record that is in another store, has deleted everything, or nothing',
    async (commits) => {
      await refuse('q-1', 2, 'elsewhere');
      cutOffAfter(store, commits);
      await store.delete(SESSIONS, 'elsewhere', VERSION).catch(() => undefined);
      const isDone = (await store.newestVersion()) >= VERSION;
      expect(await store.quarantine.count()).toBe(isDone ? 0 : 1);
    },
  );
});
