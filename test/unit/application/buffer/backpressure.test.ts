import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { newWrite } from '../../../../src/domain/write.js';
import { anApplication } from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { settle } from '../../../support/application/fake-clock.js';
import { KeptJournal } from '../../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../../support/records/records.js';
import { aJournal } from '../../journal/support/journals.js';

describe('backpressure', () => {
  it('refuses a batch that would exceed max_pending_records, and keeps nothing of it', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, someTasks(8));
    await expect(
      app.acceptBatch.accept(TASKS, [aTaskRecord('x'), aTaskRecord('y'), aTaskRecord('z')]),
    ).rejects.toMatchObject({ code: 'BUFFER_FULL' });
    expect(app.buffer.find(TASKS, 'x')).toBeNull();
    expect(app.buffer.snapshot()).toMatchObject({ accepted: 8, pending: 8 });
    await app.acceptBatch.accept(TASKS, [aTaskRecord('x'), aTaskRecord('y')]);
    expectBalanced(app);
  });

  it('refuses by bytes too', async () => {
    const app = anApplication({ settings: { maxPendingBytes: 300_000 } });
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, [aTaskRecord('a', { source_text: 'x'.repeat(100_000) })]);
    await expect(
      app.acceptBatch.accept(TASKS, [aTaskRecord('b', { source_text: 'x'.repeat(100_000) })]),
    ).rejects.toMatchObject({ code: 'BUFFER_FULL' });
    expectBalanced(app);
  });

  it('counts batches that are still being journaled', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    const first = app.acceptBatch.accept(TASKS, someTasks(8));
    await expect(app.acceptBatch.accept(TASKS, someTasks(8))).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    await first;
  });

  it('sets Retry-After from the recent drain rate of the store', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 100 } });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    for (let round = 0; round < 30; round += 1) {
      const release = app.taskStore.hang();
      await app.acceptBatch.accept(TASKS, someTasks(100));
      const flush = app.buffer.flush();
      await app.clock.advance(10_000);
      release();
      await flush;
    }
    app.taskStore.hang();
    await app.acceptBatch.accept(TASKS, someTasks(100));
    await expect(app.acceptBatch.accept(TASKS, someTasks(50))).rejects.toMatchObject({
      details: { retryAfter: 5 },
    });
  });

  it.each([
    ['records', { maxPendingRecords: 10 }, someTasks(5)],
    [
      'bytes',
      { maxPendingBytes: 300_000 },
      [aTaskRecord('a', { source_text: 'x'.repeat(100_000) })],
    ],
  ])(
    'starts a flush when half of the limit of %s is pending, however few records that is',
    async (_what, settings, records) => {
      const app = anApplication({ settings });
      await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
      await app.buffer.flush();
      await app.acceptBatch.accept(TASKS, records);
      await settle();
      expect(app.buffer.snapshot().pending).toBe(0);
    },
  );

  it('starts a flush when it refuses a batch, so that there is room when the client retries', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    await app.acceptBatch.accept(TASKS, someTasks(4));
    const large = someTasks(9, { status: 'completed' });
    await expect(app.acceptBatch.accept(TASKS, large)).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    await settle();
    await app.acceptBatch.accept(TASKS, large);
    await settle();
    expect(app.buffer.snapshot().pending).toBe(0);
  });

  it('starts a flush when the journal is full, so that it has room when the client retries', async () => {
    const { journal, clock } = aJournal({ maxBytes: 4000, checkpointInterval: 1000 });
    await journal.open();
    const app = anApplication({ journal, clock });
    await app.restart.run();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    const rewriteUntilRefused = async () => {
      for (;;) await app.acceptBatch.accept(TASKS, [aTaskRecord('a')]);
    };
    await expect(rewriteUntilRefused()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    await clock.advance(1000);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('a')]);
    expect(app.buffer.snapshot()).toMatchObject({ pending: 1, quarantined: 0 });
    await journal.close();
  });

  it('reports a batch that can never fit', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    await expect(app.acceptBatch.accept(TASKS, someTasks(11))).rejects.toThrow(
      /can never fit: buffer.max_pending_records is 10/,
    );
  });

  it('follows the pending bytes if their limit is nearer: usage, capacity and readiness', async () => {
    const app = anApplication({ settings: { maxPendingBytes: 1_000_000 } });
    app.taskStore.down = true;
    expect(app.buffer.snapshot()).toMatchObject({ capacity: 200_000, usagePercent: 0 });
    const large = (key: string) => aTaskRecord(key, { source_text: 'x'.repeat(119_000) });
    await app.acceptBatch.accept(TASKS, [large('a'), large('b')]);
    const half = app.buffer.snapshot();
    expect(half.usagePercent).toBeCloseTo(48, 0);
    expect(half.capacity).toBe(4);
    expect(half.isFull).toBe(false);
    await app.acceptBatch.accept(TASKS, [large('c'), large('d')]);
    expect(await app.checkHealth.ready()).toMatchObject({ ready: true });
    await expect(app.acceptBatch.accept(TASKS, [large('e')])).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    expect(app.buffer.snapshot().usagePercent).toBeGreaterThan(95);
    expect(app.buffer.snapshot()).toMatchObject({ capacity: 4, isFull: true });
    expect(await app.checkHealth.ready()).toEqual({ ready: false, reason: 'the buffer is full' });
    // A small batch still fits, and then the buffer is not full.
    await app.acceptBatch.accept(TASKS, [aTaskRecord('f')]);
    expect(await app.checkHealth.ready()).toMatchObject({ ready: true });
    expectBalanced(app);
  });

  it('follows the pending records if their limit is nearer', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 8 } });
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, someTasks(3));
    expect(app.buffer.snapshot()).toMatchObject({ usagePercent: 37.5, capacity: 8 });
  });

  it('counts a pending record at its size, once, however often it is written', async () => {
    const app = anApplication({ settings: { maxPendingBytes: 1_000_000 } });
    app.taskStore.down = true;
    for (let round = 0; round < 20; round += 1) {
      await app.acceptBatch.accept(TASKS, [aTaskRecord('a', { source_text: 'x'.repeat(100_000) })]);
    }
    expect(app.buffer.snapshot().usagePercent).toBeCloseTo(20, 0);
    app.taskStore.down = false;
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.buffer.flush();
    expect(app.buffer.snapshot()).toMatchObject({ usagePercent: 0, pendingBytes: 0 });
    expectBalanced(app);
  });

  it('ends when no record is pending, even if it began with batches that were being journaled', async () => {
    const journal = new KeptJournal();
    const app = anApplication({ journal, settings: { maxPendingRecords: 10 } });
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    const slow = app.acceptBatch.accept(TASKS, someTasks(8));
    await expect(app.acceptBatch.accept(TASKS, someTasks(8))).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    expect(await app.checkHealth.ready()).toEqual({ ready: false, reason: 'the buffer is full' });
    await slow;
    await app.buffer.flush();
    expect(await app.checkHealth.ready()).toEqual({ ready: true, reason: null });
  });

  it('is reported while the pending bytes are at their limit, for any batch', async () => {
    const app = anApplication({ settings: { maxPendingBytes: 1 } });
    await app.buffer.restore(
      TASKS,
      someTasks(1).map(({ key, fields }) => newWrite(key, 1, fields)),
      1,
    );
    app.taskStore.down = true;
    expect(await app.checkHealth.ready()).toEqual({ ready: false, reason: 'the buffer is full' });
  });

  it('ends as the store drains', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
    await app.acceptBatch.accept(TASKS, someTasks(9));
    await app.buffer.flush();
    await app.acceptBatch.accept(TASKS, someTasks(9, { status: 'completed' }));
    expectBalanced(app);
  });
});
