import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/session.js';
import { TASKS } from '../../../src/domain/task.js';
import { newWrite } from '../../../src/domain/write.js';
import { anApplication } from '../../support/application.js';
import { expectBalanced } from '../../support/balance.js';
import { settle } from '../../support/fake-clock.js';
import { aSessionRecord, someTasks } from '../../support/records.js';

describe('taking journal entries back at start', () => {
  const version = 1_790_000_000_000_000;
  const tasks = (from: number, count: number) =>
    someTasks(count).map(({ fields }, index) => newWrite(`t-${from + index}`, version, fields));

  it('keeps to the ceiling of live traffic: it flushes when there is no more room', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    for (let entry = 0; entry < 10; entry += 1) {
      await app.buffer.restore(TASKS, tasks(entry * 4, 4), entry + 2);
      expect(app.buffer.snapshot().totalCount).toBeLessThanOrEqual(10);
    }
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(40);
    expectBalanced(app);
  });

  it('waits for a store that is down when there is no more room', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    app.taskStore.down = true;
    await app.buffer.restore(TASKS, tasks(0, 9), 2);
    let restored = false;
    const waiting = app.buffer.restore(TASKS, tasks(9, 9), 3).then(() => {
      restored = true;
    });
    await settle();
    await app.clock.advance(30_000);
    expect(restored).toBe(false);
    app.taskStore.down = false;
    await app.clock.advance(60_000);
    await waiting;
    await app.buffer.flush();
    expect(await app.taskStore.count(TASKS, [])).toBe(18);
    expectBalanced(app);
  });
});
