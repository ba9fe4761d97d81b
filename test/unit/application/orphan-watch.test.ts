import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { anApplication } from '../../support/application/application.js';
import { expectBalanced } from '../../support/application/balance.js';
import { quarantined } from '../../support/http/pages.js';
import { aTaskRecord, someTasks } from '../../support/records/records.js';
import { sessionWrite } from '../../support/records/writes.js';

const INTERVAL = 30_000;

/** A task in quarantine because its session is missing, and a watch that has started. */
async function waiting(options = {}) {
  const app = anApplication(options);
  await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { session_id: 's-1' })]);
  await app.buffer.flush();
  expect(await app.countQuarantined.count()).toBe(1);
  app.orphanWatch.start();
  /** Like another instance that is killed before it releases its orphans. */
  const arrives = (key = 's-1') => app.sessionStore.write(SESSIONS, [sessionWrite(key, 0)]);
  const looks = () => app.clock.advance(INTERVAL);
  const left = async () => (await quarantined(app, 1, 100)).items.map(({ write }) => write.key);
  return { app, arrives, looks, left };
}

describe('an orphan in quarantine', () => {
  it.each([
    ['one store', {}],
    ['two stores', { split: true }],
  ])('is stored when the session is found in the store, with %s', async (_name, options) => {
    const { app, arrives, looks, left } = await waiting(options);
    await looks();
    expect(await left()).toEqual(['t-1']);
    await arrives();
    await looks();
    expect(await left()).toEqual([]);
    expect(await app.taskStore.read(TASKS, 't-1')).not.toBeNull();
    expectBalanced(app);
  });

  it('is checked again when the store was unavailable in one run', async () => {
    const { app, arrives, looks, left } = await waiting();
    await arrives();
    app.sessionStore.down = true;
    await looks();
    expect(app.logger.lines.map(({ message }) => message)).toContain(
      'Looking for parents of quarantined records failed',
    );
    app.sessionStore.down = false;
    expect(await left()).toEqual(['t-1']);
    await looks();
    expect(await left()).toEqual([]);
  });

  it('is distinguished from a record that was refused for its content, which stays', async () => {
    const { app, arrives, looks, left } = await waiting();
    await arrives();
    app.taskStore.refused.add('t-2');
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-2', { session_id: 's-1' })]);
    await app.buffer.flush();
    await looks();
    expect(await left()).toEqual(['t-2']);
    const attempts = app.taskStore.attempts.length;
    await looks();
    expect(await left()).toEqual(['t-2']);
    expect(app.taskStore.attempts).toHaveLength(attempts);
  });

  it('is found among a thousand sessions that are still missing', async () => {
    const { app, arrives, looks, left } = await waiting();
    const others = someTasks(1001).map(({ fields }, index) => ({
      key: `other-${index}`,
      fields: { ...fields, session_id: `r-${String(index).padStart(4, '0')}` },
    }));
    await app.acceptBatch.accept(TASKS, others);
    await app.buffer.flush();
    await arrives();
    await looks();
    expect(await app.countQuarantined.count()).toBe(1001);
    expect(await left()).not.toContain('t-1');
    expect(await app.taskStore.read(TASKS, 't-1')).not.toBeNull();
  });

  it('is no longer checked once the watch has stopped', async () => {
    const { app, arrives, looks, left } = await waiting();
    app.orphanWatch.stop();
    await arrives();
    await looks();
    expect(await left()).toEqual(['t-1']);
    expect(app.clock.armed).toEqual([]);
    app.orphanWatch.start();
    expect(app.clock.armed).toEqual([]);
  });
});
