import { describe, expect, it } from 'vitest';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { anApplication } from '../../support/application/application.js';
import { settle } from '../../support/application/fake-clock.js';
import { aTaskRecord } from '../../support/records/records.js';

describe('a store that hangs', () => {
  it('is unhealthy after two seconds, and is asked once at a time', async () => {
    const app = anApplication({ split: true });
    const answers: (() => void)[] = [];
    app.taskStore.healthCheck = () => new Promise((resolve) => answers.push(resolve));
    const checks = [app.checkHealth.check(), app.checkHealth.check()];
    await settle();
    await app.clock.advance(2000);
    for (const check of checks) {
      expect(await check).toMatchObject({
        status: 'unhealthy',
        database: 'unhealthy',
        problems: ['storage memory-b: it did not answer within 2 s'],
      });
    }
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await app.clock.advance(0);
    const next = app.checkHealth.check();
    expect(answers).toHaveLength(2);
    answers[1]?.();
    expect(await next).toMatchObject({ status: 'healthy' });
  });

  it('ends the readiness after two seconds if batches wait for the store', async () => {
    const app = anApplication({ settings: { holdsAccepted: false } });
    app.taskStore.healthCheck = () => new Promise(() => undefined);
    const ready = app.checkHealth.ready();
    await settle();
    await app.clock.advance(2000);
    expect(await ready).toEqual({
      ready: false,
      reason: 'storage memory: it did not answer within 2 s',
    });
  });

  it('is asked for its time for two seconds, and once at a time', async () => {
    const app = anApplication();
    const answers: ((time: number) => void)[] = [];
    app.taskStore.clock = () => new Promise((resolve) => answers.push(resolve));
    const checks = [app.checkHealth.check(), app.checkHealth.check()];
    await settle();
    await app.clock.advance(2000);
    for (const check of checks) expect(await check).toMatchObject({ status: 'healthy' });
    expect(answers).toHaveLength(1);
  });

  it('does not seem to have another time because it answers late', async () => {
    const app = anApplication();
    let answer: (time: number) => void = () => undefined;
    app.taskStore.clock = () => new Promise((resolve) => (answer = resolve));
    const asked = app.clock.now();
    void app.checkHealth.check();
    await settle();
    await app.clock.advance(60_000);
    const late = app.checkHealth.check();
    await settle();
    answer(asked + 1);
    expect(await late).toMatchObject({ status: 'healthy' });
  });
});

describe('a store that does not count its quarantine', () => {
  /** The quarantine holds one record, which was counted before its store froze. */
  async function frozen() {
    const app = anApplication();
    await app.acceptBatch.accept(TASKS, [aTaskRecord()]);
    await app.buffer.flush();
    expect(await app.countQuarantined.count()).toBe(1);
    const answers: ((records: number) => void)[] = [];
    app.taskStore.quarantine.count = () => new Promise((resolve) => answers.push(resolve));
    return { app, answers };
  }

  it('leaves the last known number after two seconds, and is asked once at a time', async () => {
    const { app, answers } = await frozen();
    const checks = [app.checkHealth.check(), app.checkHealth.check()];
    await settle();
    await app.clock.advance(2000);
    for (const check of checks) expect(await check).toMatchObject({ inQuarantine: 1 });
    expect(answers).toHaveLength(1);
  });

  it('is believed when it answers late, and asked again afterwards', async () => {
    const { app, answers } = await frozen();
    const first = app.countQuarantined.count();
    await app.clock.advance(2000);
    expect(await first).toBe(1);
    answers[0]?.(5);
    await app.clock.advance(0);
    const second = app.countQuarantined.count();
    await app.clock.advance(2000);
    expect(await second).toBe(5);
    expect(answers).toHaveLength(2);
  });

  it('is not asked again because another store fails', async () => {
    const app = anApplication({ split: true });
    let asked = 0;
    app.taskStore.quarantine.count = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    app.sessionStore.down = true;
    for (let round = 0; round < 3; round += 1) {
      const count = app.countQuarantined.count();
      await app.clock.advance(2000);
      expect(await count).toBe(0);
    }
    expect(asked).toBe(1);
  });

  it('is asked nothing more by a health check that it did not answer', async () => {
    const { app, answers } = await frozen();
    let asked = 0;
    app.taskStore.clock = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    app.taskStore.down = true;
    expect(await app.checkHealth.check()).toMatchObject({
      status: 'unhealthy',
      inQuarantine: 1,
    });
    expect([answers.length, asked]).toEqual([0, 0]);
  });
});
