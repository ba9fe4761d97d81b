import { describe, expect, it } from 'vitest';
import { ParentWatch } from '../../../src/application/parent-watch.js';
import { SESSIONS } from '../../../src/domain/session.js';
import { TASKS } from '../../../src/domain/task.js';
import { anApplication } from '../../support/application.js';
import { expectBalanced } from '../../support/balance.js';
import { aTaskRecord } from '../../support/records.js';
import { sessionWrite } from '../../support/writes.js';

const INTERVAL = 30_000;

/** A task in quarantine for want of its session, and a watch that has begun. */
async function waiting(options = {}) {
  const app = anApplication(options);
  const watch = new ParentWatch({ ...app, interval: INTERVAL });
  await app.acceptBatch.accept(TASKS, [aTaskRecord('t-1', { session_id: 's-1' })]);
  await app.buffer.flush();
  expect(app.quarantine.count()).toBe(1);
  watch.start();
  /** As another instance does, which this one is told nothing of. */
  const arrives = () => app.sessionStore.write(SESSIONS, [sessionWrite('s-1', 0)]);
  const looks = async () => {
    await app.clock.advance(INTERVAL);
    await app.buffer.flush();
  };
  return { app, watch, arrives, looks };
}

describe('a task that waits in quarantine for its session', () => {
  it.each([
    ['one store', {}],
    ['two stores', { split: true }],
  ])('comes home when another instance has stored the session, with %s', async (_name, options) => {
    const { app, watch, arrives, looks } = await waiting(options);
    await looks();
    expect(app.quarantine.count()).toBe(1);
    await arrives();
    await looks();
    expect(app.quarantine.count()).toBe(0);
    expect(await app.taskStore.read(TASKS, 't-1')).not.toBeNull();
    expectBalanced(app);
    watch.stop();
  });

  it('is looked after again when the store was away at one look', async () => {
    const { app, watch, arrives, looks } = await waiting();
    await arrives();
    app.sessionStore.down = true;
    await app.clock.advance(INTERVAL);
    expect(app.quarantine.count()).toBe(1);
    app.sessionStore.down = false;
    await looks();
    expect(app.quarantine.count()).toBe(0);
    watch.stop();
  });

  it('is told from a record that was refused for what it is, which stays', async () => {
    const { app, watch, arrives, looks } = await waiting();
    app.taskStore.refused.add('t-2');
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-2', { session_id: 's-1' })]);
    await app.buffer.flush();
    await arrives();
    await looks();
    expect(app.quarantine.list().map(({ write }) => write.key)).toEqual(['t-2']);
    await looks();
    expect(app.quarantine.count()).toBe(1);
    watch.stop();
  });

  it('costs no look at the store when there is none', async () => {
    const app = anApplication();
    const watch = new ParentWatch({ ...app, interval: INTERVAL });
    app.sessionStore.down = true;
    watch.start();
    await app.clock.advance(INTERVAL);
    expect(app.logger.lines).toEqual([]);
    watch.stop();
    watch.start();
    expect(app.clock.armed).toEqual([]);
  });

  it('is not looked after any more once the watch has stopped', async () => {
    const { app, watch, arrives, looks } = await waiting();
    watch.stop();
    await arrives();
    await looks();
    expect(app.quarantine.count()).toBe(1);
    expect(app.clock.armed).toEqual([]);
  });
});
