import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import {
  type Application,
  anApplication,
  sharedBackends,
} from '../../../support/application/application.js';
import { aSessionRecord, aTaskRecord } from '../../../support/records/records.js';

const STORED = { exact: false };

async function aSession(statuses: readonly string[], id = 's-1', options = {}) {
  const app = anApplication(options);
  await add(app, statuses, id);
  return app;
}

async function add(app: Application, statuses: readonly string[], id: string) {
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord(id)]);
  const tasks = statuses.map((status, index) =>
    aTaskRecord(`${id}-${index}`, {
      session_id: id,
      status,
      sheet_name: index % 2 === 0 ? 'Quests' : 'Items',
    }),
  );
  await app.acceptBatch.accept(TASKS, tasks);
  await app.buffer.flush();
}

describe('the progress of a record', () => {
  it('counts its stored children by sheet and status', async () => {
    const app = await aSession(['completed', 'pending', 'completed', 'failed', 'pending']);
    expect(await app.readProgress.of(TASKS, 's-1', STORED)).toEqual({
      total: 5,
      byStatus: { completed: 2, failed: 1, pending: 2 },
      sheets: [
        { name: 'Items', total: 2, byStatus: { failed: 1, pending: 1 } },
        { name: 'Quests', total: 3, byStatus: { completed: 2, pending: 1 } },
      ],
    });
  });

  it('of a record without children is nothing, and of no record is null', async () => {
    const app = await aSession([]);
    const nothing = { total: 0, byStatus: {}, sheets: [] };
    expect(await app.readProgress.of(TASKS, 's-1', STORED)).toEqual(nothing);
    expect(await app.readProgress.of(TASKS, 's-9', STORED)).toBeNull();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-9')]);
    expect(await app.readProgress.of(TASKS, 's-9', STORED)).toEqual(nothing);
  });

  it('contains what is pending once that is stored', async () => {
    const app = await aSession(['pending']);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('s-1-0', { status: 'completed' })]);
    const counts = async () => (await app.readProgress.of(TASKS, 's-1', STORED))?.byStatus;
    expect(await counts()).toEqual({ pending: 1 });
    await app.buffer.flush();
    expect(await counts()).toEqual({ completed: 1 });
  });
});

describe('the progress of several records', () => {
  const byStatus = async (app: Application, keys: readonly string[], exact = false) => {
    const counts = await app.readProgress.ofEach(TASKS, keys, { exact });
    return keys.map((key) => counts.get(key)?.byStatus);
  };

  it('is counted for each, and shows what this instance stores', async () => {
    const app = await aSession(['pending', 'completed']);
    await add(app, ['failed'], 's-2');
    expect(await byStatus(app, ['s-1', 's-2', 's-9'])).toEqual([
      { completed: 1, pending: 1 },
      { failed: 1 },
      {},
    ]);
    await app.acceptBatch.accept(TASKS, [
      aTaskRecord('s-2-0', { session_id: 's-2', status: 'completed' }),
    ]);
    await app.buffer.flush();
    expect(await byStatus(app, ['s-2'])).toEqual([{ completed: 1 }]);
  });

  it('shows nothing of a record that was deleted, and what its successor stores', async () => {
    const app = await aSession(['pending', 'completed']);
    expect(await byStatus(app, ['s-1'])).toEqual([{ completed: 1, pending: 1 }]);
    await app.deleteRecord.delete(SESSIONS, 's-1');
    expect(await byStatus(app, ['s-1'])).toEqual([{}]);
    await add(app, ['failed'], 's-1');
    expect(await byStatus(app, ['s-1'])).toEqual([{ failed: 1 }]);
  });

  it('shows what another instance stores within ten seconds, and at once if exact', async () => {
    const backends = sharedBackends();
    const app = await aSession(['pending'], 's-1', { backends });
    const other = anApplication({ backends, clock: app.clock });
    expect(await byStatus(app, ['s-1'])).toEqual([{ pending: 1 }]);
    await add(other, ['completed'], 's-1');
    expect(await byStatus(app, ['s-1'])).toEqual([{ pending: 1 }]);
    expect(await byStatus(app, ['s-1'], true)).toEqual([{ completed: 1 }]);
    await add(other, ['failed'], 's-1');
    await app.clock.advance(10_000);
    expect(await byStatus(app, ['s-1'])).toEqual([{ failed: 1 }]);
  });
});
