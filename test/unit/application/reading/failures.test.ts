import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { type Application, anApplication } from '../../../support/application/application.js';
import { aSessionRecord, aTaskRecord } from '../../../support/records/records.js';

const ALL = { parentKey: null, limit: 50 };

async function fail(app: Application, from: number, count: number, fields: object) {
  const tasks = Array.from({ length: count }, (_, index) =>
    aTaskRecord(`t-${from + index}`, { status: 'failed', ...fields }),
  );
  await app.acceptBatch.accept(TASKS, tasks);
  await app.buffer.flush();
  await app.clock.advance(1000);
}

async function anApp(): Promise<Application> {
  const app = anApplication();
  await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1'), aSessionRecord('s-2')]);
  return app;
}

describe('failures', () => {
  it('are grouped by cause, the largest group first', async () => {
    const app = await anApp();
    const start = app.clock.now();
    await fail(app, 0, 2, { error_message: 'rate limit 5' });
    await fail(app, 2, 1, { error_message: 'rate limit 6', session_id: 's-2' });
    await fail(app, 3, 1, { error_message: null });
    await app.acceptBatch.accept(TASKS, [aTaskRecord('done', { status: 'completed' })]);
    await app.buffer.flush();
    const { total, truncated, groups } = await app.readFailures.read(TASKS, ALL);
    expect({ total, truncated }).toEqual({ total: 4, truncated: false });
    expect(groups).toMatchObject([
      {
        cause: 'rate limit <number>',
        count: 3,
        parents: ['s-2', 's-1'],
        samples: ['t-2', 't-1', 't-0'],
      },
      { cause: '', count: 1, parents: ['s-1'] },
    ]);
    expect(groups[0]?.firstSeen).toBeGreaterThanOrEqual(start);
    expect(Number(groups[0]?.lastSeen) - Number(groups[0]?.firstSeen)).toBe(1000);
  });

  it('of one record are those of its children', async () => {
    const app = await anApp();
    await fail(app, 0, 2, {});
    await fail(app, 2, 1, { session_id: 's-2' });
    const read = async (parentKey: string) =>
      (await app.readFailures.read(TASKS, { ...ALL, parentKey })).total;
    expect(await read('s-1')).toBe(2);
    expect(await read('s-2')).toBe(1);
    expect(await read('s-9')).toBe(0);
  });

  it('are those that are stored', async () => {
    const app = await anApp();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-0', { status: 'failed' })]);
    expect((await app.readFailures.read(TASKS, ALL)).total).toBe(0);
    await app.buffer.flush();
    expect((await app.readFailures.read(TASKS, ALL)).total).toBe(1);
  });

  it('of equal groups show the newer one first, and otherwise go by their text', async () => {
    const app = await anApp();
    await fail(app, 0, 1, { error_message: 'old' });
    const both = ['b', 'a', 'c'].map((error_message, index) =>
      aTaskRecord(`n-${index}`, { status: 'failed', error_message }),
    );
    await app.acceptBatch.accept(TASKS, both);
    await app.buffer.flush();
    const { groups } = await app.readFailures.read(TASKS, ALL);
    expect(groups.map(({ cause }) => cause)).toEqual(['a', 'b', 'c', 'old']);
  });

  it('say when some are in no group', async () => {
    const app = await anApp();
    await fail(app, 0, 2, { error_message: 'a' });
    await fail(app, 2, 1, { error_message: 'b' });
    const some = await app.readFailures.read(TASKS, { ...ALL, limit: 1 });
    expect(some).toMatchObject({ total: 3, truncated: true, groups: [{ count: 2 }] });
  });

  it('are the newest 10,000', async () => {
    const app = await anApp();
    await fail(app, 0, 1500, { error_message: 'old' });
    for (let from = 1500; from < 11_500; from += 1000)
      await fail(app, from, 1000, { error_message: 'new' });
    const { total, truncated, groups } = await app.readFailures.read(TASKS, ALL);
    expect({ total, truncated }).toEqual({ total: 11_500, truncated: true });
    expect(groups).toMatchObject([{ cause: 'new', count: 10_000 }]);
    expect(groups).toHaveLength(1);
  });
});
