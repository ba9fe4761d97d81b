import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SqlRunner, SqlTransaction } from '../../../src/adapters/storage/sql/dialect.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import { aBackend, temporaryFolder } from './sqlite/temporary-sqlite.js';

// On a server with concurrent transactions, a task that became unfinished in between would be deleted.
it('a guarded delete locks the tasks before it checks whether one is unfinished', async () => {
  const store = aBackend(join(await temporaryFolder(), 'test.db'));
  await store.open();
  await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
  await store.write(TASKS, [taskWrite('t-1', 1, { status: 'completed' })]);
  const texts: string[] = [];
  const { runner } = store as unknown as { readonly runner: SqlRunner };
  const transaction = runner.transaction.bind(runner);
  runner.transaction = (work) =>
    transaction((inner) => {
      const recording: SqlTransaction = Object.create(inner);
      recording.all = (statement) => {
        texts.push(statement.text);
        return inner.all(statement);
      };
      recording.run = (statement) => inner.run(statement);
      recording.rollback = () => inner.rollback();
      return work(recording);
    });
  const guard = { conditions: [], keepsUnfinished: true };
  expect(await store.delete(SESSIONS, 's-1', BASE_VERSION + 5000, guard)).not.toBeNull();
  const place = (part: string) =>
    texts.findIndex((text) => text.includes('"translation_tasks"') && text.includes(part));
  expect(place('count(*) as found')).toBeGreaterThanOrEqual(0);
  expect(place(' not ')).toBeGreaterThan(place('count(*) as found'));
  await store.close();
});
