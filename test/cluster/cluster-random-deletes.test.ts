import type { RowDataPacket } from 'mysql2/promise';
import { expect, it } from 'vitest';
import type { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { TOMBSTONES } from '../../src/adapters/storage/sql/tables/internal-tables.js';
import { RecordRefusedError } from '../../src/domain/errors.js';
import { deletedSubject, subjectId } from '../../src/domain/tombstone.js';
import { contents, storesOn } from '../support/galera/galera-stores.js';
import { describeOnGalera } from '../support/galera/galera-suite.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../support/records/writes.js';

const ROUNDS = 60;
const WRITERS = 2;
const SESSIONS_AT_ONCE = 3;
const TASKS_OF_EACH = 5;

describeOnGalera('writes and deletes of the same sessions on two nodes', (cluster) => {
  it('leave equal nodes, no deleted record, and no task without its session', async () => {
    const { database, first, second } = await storesOn(cluster);
    let version = 0;
    let deletes = 0;
    const next = () => {
      version += 10;
      return version;
    };
    const any = (count: number) => Math.floor(Math.random() * count);
    const step = async (store: MysqlBackend) => {
      const session = any(SESSIONS_AT_ONCE);
      const kind = any(5);
      if (kind === 0) {
        const guard = { conditions: [], keepsUnfinished: false };
        const deletion = await store.delete(SESSIONS, `s-${session}`, BASE_VERSION + next(), guard);
        if (deletion !== null) deletes += 1;
      } else if (kind === 1) {
        await store.write(SESSIONS, [sessionWrite(`s-${session}`, next())]);
      } else {
        const at = next();
        const tasks = Array.from({ length: TASKS_OF_EACH }, (_, index) =>
          taskWrite(`t-${session}-${index}`, at, { session_id: `s-${session}` }),
        );
        await store.write(TASKS, tasks).catch((error: unknown) => {
          const isOrphan = error instanceof RecordRefusedError && error.reason === 'MISSING_PARENT';
          if (!isOrphan) throw error;
        });
      }
    };
    const work = async (store: MysqlBackend) => {
      for (let round = 0; round < ROUNDS; round += 1) await step(store);
    };
    await Promise.all(
      [first, second].flatMap((store) => Array.from({ length: WRITERS }, () => work(store))),
    );

    const [one, ...others] = await contents(cluster, database);
    for (const other of others) expect(other).toEqual(one);
    const [sessions, tasks, tombstones] = [SESSIONS.name, TASKS.name, TOMBSTONES.name].map(
      (table) => one?.[table] ?? [],
    ) as [RowDataPacket[], RowDataPacket[], RowDataPacket[]];
    expect(deletes).toBeGreaterThan(0);
    const deletedAt = new Map(tombstones.map(({ subject, version: at }) => [subject, at]));
    const after = (session: string) =>
      deletedAt.get(subjectId(deletedSubject(SESSIONS.name, session))) ?? 0;
    for (const { session_id, version: at } of sessions) {
      expect(at).toBeGreaterThan(after(session_id));
    }
    const stored = sessions.map(({ session_id }) => session_id);
    for (const { session_id, version: at } of tasks) {
      expect(stored).toContain(session_id);
      expect(at).toBeGreaterThan(after(session_id));
    }
  });
});
