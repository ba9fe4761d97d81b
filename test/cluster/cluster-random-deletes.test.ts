import type { RowDataPacket } from 'mysql2/promise';
import { expect, it } from 'vitest';
import type { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { QUARANTINE, TOMBSTONES } from '../../src/adapters/storage/sql/tables/internal-tables.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { RecordRefusedError } from '../../src/domain/errors.js';
import { deletedSubject, subjectId } from '../../src/domain/tombstone.js';
import type { Write } from '../../src/domain/write.js';
import { contents, gatedStoreOn, storesOn } from '../support/galera/galera-stores.js';
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
/** Few at a time, and then others, so that no later delete removes what should not be there. */
const SESSIONS_AT_ONCE = 2;
const STEPS_OF_EACH = 6;
/** Milliseconds: as between nodes that are far apart. */
const COMMIT_DELAY = 40;
/** Each with a key of its own: no later write gives it a greater version. */
const TASKS_OF_EACH = 3;
const STEP = 10;
/** How many steps old a write may be that arrives late. */
const LATE = 8;
const BOTH = [SESSIONS.name, TASKS.name];

describeOnGalera('writes and deletes of the same sessions on two nodes', (cluster) => {
  it.each<[where: string, collections: readonly CollectionName[]]>([
    ['a store of both', BOTH],
    ['stores of tasks alone', [TASKS.name]],
  ])(
    'leave equal nodes and nothing that is deleted, stored or in quarantine, in %s',
    async (_, collections) => {
      const { database } = await storesOn(cluster);
      const holdsSessions = collections === BOTH;
      let [steps, version] = [0, 0];
      const done = { deletes: 0, quarantined: 0 };
      const next = () => {
        version += STEP;
        return version;
      };
      const any = (count: number) => Math.floor(Math.random() * count);
      const late = () => Math.max(1, next() - STEP * any(LATE));
      const quarantine = async (store: MysqlBackend, writes: readonly Write[]) => {
        const refusals = writes.map((write) => ({
          write,
          reason: 'MISSING_PARENT',
          missingParent: String(write.fields.session_id),
        }));
        await store.quarantine.add(TASKS, refusals, 1_790_000_000_000);
        done.quarantined += 1;
      };
      const takeStep = async (store: MysqlBackend) => {
        steps += 1;
        const step = steps;
        const session = `s-${Math.floor(step / STEPS_OF_EACH) + any(SESSIONS_AT_ONCE)}`;
        const kind = any(6);
        if (kind < 2) {
          const guard =
            kind === 0 && holdsSessions ? { conditions: [], keepsUnfinished: false } : undefined;
          const deletion = await store.delete(SESSIONS, session, BASE_VERSION + next(), guard);
          if (deletion !== null) done.deletes += 1;
        } else if (kind === 2 && holdsSessions) {
          await store.write(SESSIONS, [sessionWrite(session, late())]);
        } else {
          const at = late();
          const tasks = Array.from({ length: TASKS_OF_EACH }, (_, index) =>
            taskWrite(`t-${step}-${index}`, at, { session_id: session }),
          );
          if (kind === 3) return quarantine(store, tasks);
          await store.write(TASKS, tasks).catch((error: unknown) => {
            const isOrphan =
              error instanceof RecordRefusedError && error.reason === 'MISSING_PARENT';
            if (!isOrphan) throw error;
            return quarantine(store, tasks);
          });
        }
      };
      const work = async (store: MysqlBackend) => {
        for (let round = 0; round < ROUNDS; round += 1) await takeStep(store);
      };
      const stores = await Promise.all(
        [0, 1].map(async (index) => {
          const { gate, store } = await gatedStoreOn(cluster.node(index), database, collections);
          gate.delayUpTo(COMMIT_DELAY);
          return store;
        }),
      );
      await Promise.all(
        stores.flatMap((store) => Array.from({ length: WRITERS }, () => work(store))),
      );

      const [one, ...others] = await contents(cluster, database);
      for (const other of others) expect(other).toEqual(one);
      const [sessions, tasks, tombstones, quarantined] = [
        SESSIONS.name,
        TASKS.name,
        TOMBSTONES.name,
        QUARANTINE.name,
      ].map((table) => one?.[table] ?? []) as [
        RowDataPacket[],
        RowDataPacket[],
        RowDataPacket[],
        RowDataPacket[],
      ];
      expect(done.deletes).toBeGreaterThan(0);
      expect(done.quarantined).toBeGreaterThan(0);
      // Rows that are only there for conflicts are never committed.
      expect(tombstones.map(({ subject }) => String(subject).split(':')[0])).toEqual(
        tombstones.map(() => 'deleted'),
      );
      const deletedAt = new Map(tombstones.map(({ subject, version: at }) => [subject, at]));
      const after = (session: string) =>
        deletedAt.get(subjectId(deletedSubject(SESSIONS.name, session))) ?? 0;
      for (const { session_id, version: at } of [...sessions, ...tasks]) {
        expect(at).toBeGreaterThan(after(session_id));
      }
      for (const { parent_key, version: at } of quarantined) {
        expect(at).toBeGreaterThan(after(parent_key));
      }
      if (!holdsSessions) return;
      const stored = sessions.map(({ session_id }) => session_id);
      for (const { session_id } of tasks) expect(stored).toContain(session_id);
    },
  );
});
