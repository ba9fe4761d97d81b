import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import { newWrite } from '../../../../src/domain/write.js';
import { anApplication } from '../../../support/application/application.js';
import { expectBalanced } from '../../../support/application/balance.js';
import { settle } from '../../../support/application/fake-clock.js';
import { KeptJournal } from '../../../support/processes/kept-journal.js';
import { aSessionRecord, aTaskRecord, someTasks } from '../../../support/records/records.js';

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

  it('counts batches that still wait for the journal', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    const first = app.acceptBatch.accept(TASKS, someTasks(8));
    await expect(app.acceptBatch.accept(TASKS, someTasks(8))).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    await first;
  });

  it('says when to come back from the rate at which the store lately took records', async () => {
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
    'makes a flush begin when half of the %s that may wait do, however few',
    async (_what, settings, records) => {
      const app = anApplication({ settings });
      await app.acceptBatch.accept(SESSIONS, [aSessionRecord()]);
      await app.buffer.flush();
      await app.acceptBatch.accept(TASKS, records);
      await settle();
      expect(app.buffer.snapshot().pending).toBe(0);
    },
  );

  it('makes a flush begin when it refuses, so that there is room when the client comes back', async () => {
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

  it('tells a client whose batch can never fit', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 10 } });
    await expect(app.acceptBatch.accept(TASKS, someTasks(11))).rejects.toThrow(
      /can never fit: buffer.max_pending_records is 10/,
    );
  });

  it('is told by the bytes that wait where they come first: usage, capacity and readiness', async () => {
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
    expect(app.checkHealth.ready()).toMatchObject({ ready: true });
    await expect(app.acceptBatch.accept(TASKS, [large('e')])).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    expect(app.buffer.snapshot().usagePercent).toBeGreaterThan(95);
    expect(app.buffer.snapshot()).toMatchObject({ capacity: 4, isFull: true });
    expect(app.checkHealth.ready()).toEqual({ ready: false, reason: 'the buffer is full' });
    // A small one still fits, and then it is not full.
    await app.acceptBatch.accept(TASKS, [aTaskRecord('f')]);
    expect(app.checkHealth.ready()).toMatchObject({ ready: true });
    expectBalanced(app);
  });

  it('is told by the records that wait where they come first', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 8 } });
    app.taskStore.down = true;
    await app.acceptBatch.accept(TASKS, someTasks(3));
    expect(app.buffer.snapshot()).toMatchObject({ usagePercent: 37.5, capacity: 8 });
  });

  it('counts a record that waits at what it costs, once, however often it is written', async () => {
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

  it('ends with the last record that waits, also when it began with batches on their way into the journal', async () => {
    const journal = new KeptJournal();
    const app = anApplication({ journal, settings: { maxPendingRecords: 10 } });
    await app.acceptBatch.acceptAndStore(SESSIONS, [aSessionRecord()]);
    const slow = app.acceptBatch.accept(TASKS, someTasks(8));
    await expect(app.acceptBatch.accept(TASKS, someTasks(8))).rejects.toMatchObject({
      code: 'BUFFER_FULL',
    });
    expect(app.checkHealth.ready()).toEqual({ ready: false, reason: 'the buffer is full' });
    await slow;
    await app.buffer.flush();
    expect(app.checkHealth.ready()).toEqual({ ready: true, reason: null });
  });

  it('is there while the bytes that wait are at their limit, whoever comes', async () => {
    const app = anApplication({ settings: { maxPendingBytes: 1 } });
    await app.buffer.restore(
      TASKS,
      someTasks(1).map(({ key, fields }) => newWrite(key, 1, fields)),
      1,
    );
    app.taskStore.down = true;
    expect(app.checkHealth.ready()).toEqual({ ready: false, reason: 'the buffer is full' });
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
