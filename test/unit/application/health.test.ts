import { describe, expect, it } from 'vitest';
import { MemoryJournal } from '../../../src/adapters/journal/memory-journal.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { ServiceError } from '../../../src/domain/errors.js';
import { anApplication } from '../../support/application/application.js';
import { expectBalanced } from '../../support/application/balance.js';
import { aTaskRecord, someTasks } from '../../support/records/records.js';

class FailingJournal extends MemoryJournal {
  failing = false;
  damage: string[] = [];

  override async append(...call: Parameters<MemoryJournal['append']>): Promise<number> {
    if (this.failing) throw new ServiceError('JOURNAL_UNAVAILABLE', 'the disk failed');
    return super.append(...call);
  }

  override status() {
    return { ...super.status(), writable: !this.failing, damage: this.damage };
  }
}

describe('health', () => {
  it('is healthy if nothing is wrong', async () => {
    expect(await anApplication().checkHealth.check()).toMatchObject({
      status: 'healthy',
      database: 'healthy',
      problems: [],
    });
  });

  it.each([
    ['ahead of', 60_000],
    ['behind', -60_000],
  ])('says that its clock is %s that of a store', async (how, ahead) => {
    const app = anApplication();
    app.sessionStore.time = app.clock.now() - ahead;
    expect(await app.checkHealth.check()).toMatchObject({
      status: 'degraded',
      problems: [expect.stringContaining(`this machine is 60 s ${how} the memory store`)],
    });
    app.sessionStore.time = app.clock.now() - ahead / 10;
    expect(await app.checkHealth.check()).toMatchObject({ status: 'healthy' });
  });

  it('reports a clock that is behind the versions accepted before it was set back', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
    app.clock.setWallClock(app.clock.now() - 3_600_000);
    const { problems } = await app.checkHealth.check();
    expect(problems.join()).toContain('3600 s behind the versions accepted before');
  });

  it('is unhealthy when a store does not answer, and still ready', async () => {
    const app = anApplication({ split: true });
    app.taskStore.down = true;
    expect(await app.checkHealth.check()).toMatchObject({
      status: 'unhealthy',
      database: 'unhealthy',
      problems: ['storage memory-b: connection refused'],
    });
    expect(await app.checkHealth.ready()).toEqual({ ready: true, reason: null });
  });

  it('is degraded while a store that answers reports concerns', async () => {
    const app = anApplication({ split: true });
    app.taskStore.concerns = () => ['it accepts no writes: the disk is full'];
    expect(await app.checkHealth.check()).toMatchObject({
      status: 'degraded',
      database: 'healthy',
      problems: ['storage memory-b: it accepts no writes: the disk is full'],
    });
  });

  it('is degraded while records are in quarantine', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    await app.buffer.flush();
    expect(await app.checkHealth.check()).toMatchObject({
      status: 'degraded',
      database: 'healthy',
      problems: ['quarantine: 1 record waits for a decision'],
    });
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-2')]);
    await app.buffer.flush();
    expect(await app.checkHealth.check()).toMatchObject({
      problems: ['quarantine: 2 records wait for a decision'],
    });
  });

  it('is degraded when the journal was damaged', async () => {
    const journal = new FailingJournal();
    journal.damage.push('12 bytes moved aside');
    expect(await anApplication({ journal }).checkHealth.check()).toMatchObject({
      status: 'degraded',
      problems: ['journal: 12 bytes moved aside'],
    });
  });

  it('is degraded when the oldest record has been pending for several flush intervals', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    app.taskStore.down = true;
    await app.clock.advance(100_000);
    app.taskStore.down = false;
    expect(await app.checkHealth.check()).toMatchObject({
      status: 'degraded',
      problems: ['buffer: the oldest record has been pending for 100 s'],
    });
  });
});

describe('readiness', () => {
  it('ends when the buffer is full', async () => {
    const app = anApplication({ settings: { maxPendingRecords: 3 } });
    await app.acceptBatch.accept(TASKS, someTasks(3));
    expect(await app.checkHealth.ready()).toEqual({ ready: false, reason: 'the buffer is full' });
  });

  it('ends when the journal accepts no more writes', async () => {
    const journal = new FailingJournal();
    journal.failing = true;
    const app = anApplication({ journal });
    expect(await app.checkHealth.ready()).toMatchObject({ ready: false });
    expect(await app.checkHealth.check()).toMatchObject({ status: 'degraded' });
  });

  it('ends with the first step of a shutdown', async () => {
    const app = anApplication();
    app.checkHealth.stop();
    expect(await app.checkHealth.ready()).toEqual({ ready: false, reason: 'shutting down' });
  });
});

describe('accepting', () => {
  it('keeps nothing of a batch that could not be journaled', async () => {
    const journal = new FailingJournal();
    const app = anApplication({ journal, settings: { maxPendingRecords: 2 } });
    journal.failing = true;
    await expect(app.acceptBatch.accept(TASKS, someTasks(2))).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
    });
    expect(await app.queryRecords.find(TASKS, 't-0')).toBeNull();
    journal.failing = false;
    await app.acceptBatch.accept(TASKS, someTasks(2));
    expectBalanced(app);
  });

  it('ends with shutdown, while a flush still works', async () => {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    app.acceptBatch.stop();
    app.buffer.stop();
    expect(app.clock.armed).toEqual([]);
    await expect(app.acceptBatch.accept(TASKS, [aTaskRecord()])).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
    await app.buffer.flush();
    expect(app.buffer.snapshot().pending).toBe(0);
  });

  it('merges a key that occurs twice in a batch as if it had come in two batches', async () => {
    const app = anApplication();
    const answer = await app.acceptBatch.accept(TASKS, [
      aTaskRecord('t-1', { context: 'shop', target_text: 'a' }),
      aTaskRecord('t-1', { target_text: 'b' }),
    ]);
    expect(answer).toEqual({ count: 2, acceptedAt: app.clock.now() });
    expect(await app.queryRecords.find(TASKS, 't-1')).toMatchObject({
      context: 'shop',
      target_text: 'b',
    });
    expect(app.buffer.snapshot()).toMatchObject({ accepted: 2, coalesced: 1, pending: 1 });
  });

  it('accepts an empty batch', async () => {
    const app = anApplication();
    expect(await app.acceptBatch.accept(TASKS, [])).toMatchObject({ count: 0 });
  });
});
