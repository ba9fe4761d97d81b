import { beforeEach, describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { StorageUnavailableError } from '../../../src/domain/errors.js';
import { versionAt } from '../../../src/domain/version.js';
import { anApplication, sharedBackends } from '../../support/application/application.js';
import { aSessionRecord, aTaskRecord } from '../../support/records/records.js';

const DAY = 86_400_000;
const OLD = 1;

/** Two instances on a store for each collection. */
function twoInstances() {
  const backends = sharedBackends(true);
  const app = anApplication({ backends });
  return { app, other: anApplication({ backends, clock: app.clock }) };
}

describe('a clean-up that ended after the session was deleted, and before its tasks were', () => {
  let app: ReturnType<typeof twoInstances>['app'];
  let other: ReturnType<typeof twoInstances>['other'];
  const task = (key: string) => other.taskStore.read(TASKS, key);

  beforeEach(async () => {
    ({ app, other } = twoInstances());
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1', { status: 'failed' })]);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-old', { status: 'failed' })]);
    await app.buffer.flush();
    await app.clock.advance(31 * DAY);
    const remove = app.taskStore.delete.bind(app.taskStore);
    app.taskStore.delete = () => Promise.reject(new StorageUnavailableError('tasks', 'no answer'));
    const run = app.cleanUp.run({ completedDays: OLD, failedDays: OLD }, { dryRun: false });
    await expect(run).rejects.toThrow('no answer');
    app.taskStore.delete = remove;
    expect(await app.sessionStore.read(SESSIONS, 's-1')).toBeNull();
    expect(await task('t-old')).not.toBeNull();
  });

  it('is completed by any instance, and once more after a restart', async () => {
    await other.tombstoneUpkeep.run();
    expect(await task('t-old')).toBeNull();
    await app.tombstoneUpkeep.run();
    expect(await task('t-old')).toBeNull();
  });

  it('leaves what was accepted after it', async () => {
    await app.clock.advance(1000);
    await other.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
    await other.acceptBatch.accept(TASKS, [aTaskRecord('t-new')]);
    await other.buffer.flush();
    await other.tombstoneUpkeep.run();
    expect(await task('t-old')).toBeNull();
    expect(await task('t-new')).not.toBeNull();
  });

  it('is completed before its tombstone is dropped, which waits for the other store', async () => {
    app.taskStore.down = true;
    const bury = app.taskStore.tombstones.bury.bind(app.taskStore.tombstones);
    app.taskStore.tombstones.bury = () =>
      Promise.reject(new StorageUnavailableError('tasks', 'no answer'));
    await app.clock.advance(2 * DAY);
    await app.tombstoneUpkeep.run();
    app.taskStore.down = false;
    app.taskStore.tombstones.bury = bury;
    await app.clock.advance(2 * DAY);
    await app.tombstoneUpkeep.run();
    expect(await task('t-old')).toBeNull();
  });

  it('is completed again for each delete, also when nothing was deleted between two runs', async () => {
    for (let run = 0; run < 3; run += 1) await app.tombstoneUpkeep.run();
    await app.acceptBatch.accept(SESSIONS, [aSessionRecord('s-2')]);
    await app.acceptBatch.accept(TASKS, [aTaskRecord('t-2', { session_id: 's-2' })]);
    await app.buffer.flush();
    await app.sessionStore.delete(SESSIONS, 's-2', versionAt(app.clock.now() + 1));
    await app.tombstoneUpkeep.run();
    expect(await task('t-2')).toBeNull();
  });
});
