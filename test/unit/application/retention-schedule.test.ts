import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { anApplication } from '../../support/application/application.js';
import { aReport } from '../../support/application/deleted-counts.js';
import { aSessionRecord } from '../../support/records/records.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function scheduled() {
  const app = anApplication();
  const schedule = app.retention;
  const report = async () => (await app.readStatistics.read({ exact: false })).retention;
  await app.acceptBatch.accept(SESSIONS, [
    aSessionRecord('done', { status: 'completed' }),
    aSessionRecord('open', { status: 'processing' }),
  ]);
  await app.buffer.flush();
  const sessions = () => app.sessionStore.count(SESSIONS, []);
  return { app, schedule, sessions, report };
}

describe('scheduled retention', () => {
  it('cleans up soon after the start, and then at every interval', async () => {
    const { app, schedule, sessions } = await scheduled();
    schedule.start();
    await app.clock.advance(60_000);
    expect(app.metrics.cleanUps).toEqual([{ sessions: 0, tasks: 0 }]);
    await app.clock.advance(91 * DAY);
    expect(await sessions()).toBe(1);
    expect(app.metrics.cleanUps.length).toBeGreaterThan(80);
    expect(app.metrics.cleanUps.filter((run) => run.sessions === 1)).toHaveLength(1);
    schedule.stop();
  });

  it('continues after a run that failed, and logs the failure', async () => {
    const { app, schedule, sessions } = await scheduled();
    await app.clock.advance(91 * DAY);
    app.sessionStore.down = true;
    app.taskStore.down = true;
    schedule.start();
    await app.clock.advance(60_000);
    expect(app.logger.lines.some(({ message }) => message.startsWith('Clean-up failed'))).toBe(
      true,
    );
    expect(app.metrics.failedCleanUps).toBe(1);
    app.sessionStore.down = false;
    app.taskStore.down = false;
    await app.clock.advance(DAY);
    expect(await sessions()).toBe(1);
    schedule.stop();
  });

  it('is skipped while another instance cleans up', async () => {
    const { app, schedule, sessions } = await scheduled();
    await app.clock.advance(91 * DAY);
    app.sessionStore.lockedElsewhere = true;
    schedule.start();
    await app.clock.advance(60_000);
    expect(await sessions()).toBe(2);
    expect(app.metrics.cleanUps).toEqual([]);
    expect(app.logger.lines.at(-1)?.message).toContain('Another instance');
    app.sessionStore.lockedElsewhere = false;
    await app.clock.advance(DAY);
    expect(await sessions()).toBe(1);
    schedule.stop();
  });

  it('deletes nothing more once its lease has expired', async () => {
    const { app, schedule, sessions } = await scheduled();
    await app.clock.advance(91 * DAY);
    app.sessionStore.losesLease = true;
    schedule.start();
    await app.clock.advance(60_000);
    expect(await sessions()).toBe(2);
    expect(app.metrics.failedCleanUps).toBe(1);
    app.sessionStore.losesLease = false;
    await app.clock.advance(DAY);
    expect(await sessions()).toBe(1);
    schedule.stop();
  });

  it('cleans up more sessions than are looked up at a time', async () => {
    const { app, schedule, sessions } = await scheduled();
    const many = Array.from({ length: 250 }, (_, index) =>
      aSessionRecord(`old-${index}`, { status: 'failed' }),
    );
    await app.acceptBatch.accept(SESSIONS, many);
    await app.clock.advance(91 * DAY);
    schedule.start();
    await app.clock.advance(60_000);
    expect(app.metrics.cleanUps).toEqual([{ sessions: 251, tasks: 0 }]);
    expect(await sessions()).toBe(1);
    schedule.stop();
  });

  it('does not run again if it is stopped during a run', async () => {
    const { app, schedule } = await scheduled();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('new')]);
    const release = app.sessionStore.hang();
    schedule.start();
    await app.clock.advance(60_000);
    schedule.stop();
    release();
    await app.clock.advance(10 * DAY);
    expect(app.metrics.cleanUps).toHaveLength(1);
    expect(app.clock.armed).toEqual([]);
  });

  it('does not run again once it is stopped', async () => {
    const { app, schedule } = await scheduled();
    schedule.start();
    schedule.stop();
    await app.clock.advance(10 * DAY);
    expect(app.metrics.cleanUps).toEqual([]);
  });

  it('is shown in the statistics: the last run, its outcome, and the next run', async () => {
    const { app, schedule, report } = await scheduled();
    const nothing = { lastRunAt: null, lastOutcome: null, nextRunAt: null };
    const none = { deleted: null };
    expect(await report()).toEqual({ enabled: false, ...nothing, ...none });

    await app.clock.advance(91 * DAY);
    const started = app.clock.now();
    schedule.start();
    expect(await report()).toMatchObject({ enabled: true, nextRunAt: started + 60_000 });

    app.sessionStore.lockedElsewhere = true;
    await app.clock.advance(60_000);
    expect(await report()).toMatchObject({ lastOutcome: 'left_to_another', ...none });

    app.sessionStore.lockedElsewhere = false;
    await app.clock.advance(DAY);
    expect(await report()).toEqual({
      enabled: true,
      lastRunAt: started + 60_000 + DAY,
      lastOutcome: 'cleaned_up',
      deleted: aReport(1, 0),
      nextRunAt: started + 60_000 + 2 * DAY,
    });

    app.sessionStore.down = true;
    app.taskStore.down = true;
    await app.clock.advance(DAY);
    app.sessionStore.down = false;
    app.taskStore.down = false;
    expect(await report()).toMatchObject({ lastOutcome: 'failed', ...none });

    schedule.stop();
    expect(await report()).toMatchObject({ enabled: true, nextRunAt: null });
  });
});
