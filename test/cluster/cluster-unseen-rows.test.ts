import { describe, expect, it } from 'vitest';
import type { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { StorageUnavailableError } from '../../src/domain/errors.js';
import { coalesce } from '../../src/domain/merge.js';
import type { Write } from '../../src/domain/write.js';
import type { DeleteGuard } from '../../src/ports/deletion.js';
import { storeOn } from '../support/galera/galera-stores.js';
import { describeOnGalera } from '../support/galera/galera-suite.js';
import { NOTHING, raceOn } from '../support/galera/race.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../support/records/writes.js';
import { cutOffAfter } from '../support/stores/cut-off.js';

const DELETED_AT = BASE_VERSION + 5;
const STORED: DeleteGuard = { conditions: [], keepsUnfinished: false };
/** So many names that the server may prefer to read the whole table. */
const MANY = 600;
const TASKS_ALONE = ['translation_tasks'];

const session = sessionWrite('s-1', 1);
const task = taskWrite('t-1', 2);
const quarantine = (store: MysqlBackend, write: Write) => {
  const refusal = { write, reason: 'MISSING_PARENT', missingParent: 's-1' };
  return store.quarantine.add(TASKS, [refusal], 1_790_000_000_000);
};

/** The write is older than the delete, and changes no row that the delete knows. */
const PAIRS: readonly (readonly [
  name: string,
  pair: {
    readonly sessionIsStored: boolean;
    readonly collections?: readonly string[];
    readonly write: (store: MysqlBackend) => Promise<unknown>;
    readonly remove: (store: MysqlBackend) => Promise<unknown>;
    /** What remains of other records. */
    readonly left?: Partial<typeof NOTHING>;
  },
])[] = [
  [
    'the first write of a session',
    {
      sessionIsStored: false,
      write: (store) => store.write(SESSIONS, [session]),
      remove: (store) => store.delete(SESSIONS, 's-1', DELETED_AT),
    },
  ],
  [
    'the first write of a task',
    {
      sessionIsStored: true,
      write: (store) => store.write(TASKS, [task]),
      remove: (store) => store.delete(TASKS, 't-1', DELETED_AT),
      left: { sessions: 1 },
    },
  ],
  [
    'a task that goes to the quarantine, whose session is deleted',
    {
      sessionIsStored: true,
      write: (store) => quarantine(store, task),
      remove: (store) => store.delete(SESSIONS, 's-1', DELETED_AT, STORED),
    },
  ],
  [
    'a task that goes to the quarantine, and is deleted',
    {
      sessionIsStored: true,
      write: (store) => quarantine(store, task),
      remove: (store) => store.delete(TASKS, 't-1', DELETED_AT),
      left: { sessions: 1 },
    },
  ],
  [
    'the first write of a task in a store without sessions',
    {
      sessionIsStored: false,
      collections: TASKS_ALONE,
      write: (store) => store.write(TASKS, [task]),
      remove: (store) => store.delete(SESSIONS, 's-1', DELETED_AT),
    },
  ],
  [
    'a task that goes to the quarantine of a store without sessions',
    {
      sessionIsStored: false,
      collections: TASKS_ALONE,
      write: (store) => quarantine(store, task),
      remove: (store) => store.delete(SESSIONS, 's-1', DELETED_AT),
    },
  ],
];

describeOnGalera('a delete on one node, and a write on another that it cannot see,', (cluster) => {
  describe.each([
    ['have reached each other', true],
    ['are on their way', false],
  ] as const)('when they %s', (_when, applied) => {
    it.each(PAIRS)('leave nothing of %s, if the delete commits first', async (_name, pair) => {
      const { sessionIsStored, collections, write, remove, left: rest } = pair;
      const race = await raceOn(cluster, { session: sessionIsStored }, collections);
      // A delete that stops after its first transaction is enough.
      cutOffAfter(race.first, 1);
      await race.run(
        () => write(race.second),
        () => cutOff(remove(race.first)),
        applied,
      );
      expect(await race.left()).toEqual({ ...NOTHING, ...rest });
    });

    it.each(PAIRS)('leave nothing of %s, if the write commits first', async (_name, pair) => {
      const { sessionIsStored, collections, write, remove, left: rest } = pair;
      const race = await raceOn(cluster, { session: sessionIsStored }, collections);
      cutOffAfter(race.second, 1);
      await race.run(
        () => cutOff(remove(race.second)),
        () => write(race.first),
        applied,
      );
      expect(await race.left()).toEqual({ ...NOTHING, ...rest });
    });
  });

  it('make no write of other sessions wait', async () => {
    const race = await raceOn(cluster, { session: false }, TASKS_ALONE);
    const other = await storeOn(cluster.node(1), race.database, TASKS_ALONE);
    const tasks = (name: string) =>
      Array.from({ length: MANY }, (_, index) =>
        taskWrite(`${name}-${index}`, 1, { session_id: `${name}-${index}` }),
      );
    await race.run(
      () => race.second.write(TASKS, tasks('held')),
      () => other.write(TASKS, tasks('other')),
      false,
    );
    expect(await race.left()).toEqual({ ...NOTHING, tasks: 2 * MANY });
  });

  it('keep a task that is newer than the delete', async () => {
    const race = await raceOn(cluster, { session: false }, TASKS_ALONE);
    await race.run(
      () => race.second.write(TASKS, [taskWrite('t-1', 9)]),
      () => race.first.delete(SESSIONS, 's-1', DELETED_AT),
      true,
    );
    expect(await race.left()).toEqual({ ...NOTHING, tasks: 1 });
  });

  it('keep the newer part of a merged task', async () => {
    const race = await raceOn(cluster, { session: false }, TASKS_ALONE);
    const merged = coalesce(TASKS, [
      taskWrite('t-1', 2, { target_text: 'old' }),
      taskWrite('t-1', 9, { retry_count: 1 }),
    ]);
    await race.run(
      () => race.second.write(TASKS, merged),
      () => race.first.delete(SESSIONS, 's-1', DELETED_AT),
      true,
    );
    const left = await race.first.read(TASKS, 't-1');
    expect(left?.fields.retry_count).toBe(1);
    expect(left?.fields).not.toHaveProperty('target_text');
  });
});

async function cutOff(work: Promise<unknown>): Promise<void> {
  await expect(work).rejects.toThrow(StorageUnavailableError);
}
