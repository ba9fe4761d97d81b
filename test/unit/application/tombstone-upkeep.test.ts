import { describe, expect, it } from 'vitest';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { anApplication, sharedBackends } from '../../support/application/application.js';
import { settle } from '../../support/application/fake-clock.js';
import { aSessionRecord, aTaskRecord } from '../../support/records/records.js';

const DAY = 86_400_000;

/** Two instances on one store; the second receives a session, and a task that it has not stored. */
async function twoInstances() {
  const backends = sharedBackends();
  const [deleting, holding] = [anApplication({ backends }), anApplication({ backends })];
  await holding.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
  await holding.buffer.flush();
  await holding.acceptBatch.accept(TASKS, [aTaskRecord('t-1')]);
  return { deleting, holding };
}

/** The delete is older than the minimum age of a tombstone. */
async function aDayLater(deleting: Awaited<ReturnType<typeof twoInstances>>['deleting']) {
  await deleting.clock.advance(2 * DAY);
  await deleting.tombstoneUpkeep.run();
}

describe('tombstones', () => {
  it('are kept for an instance that has announced what it holds, and flushed nothing since', async () => {
    const { deleting, holding } = await twoInstances();
    await holding.tombstoneUpkeep.begin();
    await deleting.deleteRecord.delete(SESSIONS, 's-1');
    await aDayLater(deleting);
    await deleting.acceptBatch.accept(SESSIONS, [aSessionRecord('s-1')]);
    await deleting.buffer.flush();
    await holding.buffer.flush();
    expect(await deleting.queryRecords.find(TASKS, 't-1')).toBeNull();
  });

  it('are kept for a batch that is being journaled', async () => {
    const { holding } = await twoInstances();
    const append = holding.journal.append.bind(holding.journal);
    let goOn = (): void => undefined;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    holding.journal.append = (...entry) => waits.then(() => append(...entry));
    await holding.buffer.flush();
    const accepting = holding.acceptBatch.accept(TASKS, [aTaskRecord('t-2')]);
    await holding.tombstoneUpkeep.run();
    goOn();
    await accepting;
    expect(holding.sessionStore.announced.at(-1)).toBe(holding.buffer.oldestVersion);
  });

  it('are kept for what a replay may bring back, while the checkpoint is not durable', async () => {
    const { holding } = await twoInstances();
    const { journal, tombstoneUpkeep, sessionStore } = holding;
    journal.settle = () => Promise.reject(new Error('the disk is full'));
    await tombstoneUpkeep.begin();
    expect(sessionStore.announced).toEqual([]);
  });

  it('are dropped when every instance has stored what was accepted before', async () => {
    const { deleting, holding } = await twoInstances();
    await holding.tombstoneUpkeep.begin();
    const deletion = await deleting.deleteRecord.delete(SESSIONS, 's-1');
    await holding.clock.advance(2 * DAY);
    await holding.tombstoneUpkeep.run();
    await aDayLater(deleting);
    const { dropped } = await deleting.sessionStore.dropTombstones((deletion?.version ?? 0) + 1);
    expect(dropped).toBe(0);
    expect(await deleting.sessionStore.newestVersion()).toBeLessThan(deletion?.version ?? 0);
  });

  it('are not kept for an instance that has stopped with everything stored', async () => {
    const { deleting, holding } = await twoInstances();
    await holding.tombstoneUpkeep.begin();
    await holding.buffer.flush();
    await holding.tombstoneUpkeep.withdraw();
    const deletion = await deleting.deleteRecord.delete(SESSIONS, 's-1');
    await aDayLater(deleting);
    expect(await deleting.sessionStore.newestVersion()).toBeLessThan(deletion?.version ?? 0);
  });

  it('are not kept for an instance that stops during its upkeep', async () => {
    const { tombstoneUpkeep, sessionStore, taskStore } = anApplication({ split: true });
    await tombstoneUpkeep.begin();
    const drop = sessionStore.dropTombstones.bind(sessionStore);
    let goOn = (): void => undefined;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    sessionStore.dropTombstones = (before) => waits.then(() => drop(before));
    const upkeep = tombstoneUpkeep.run();
    await settle();
    tombstoneUpkeep.stop();
    // It does not wait for the store to drop tombstones, which may take longer than a shutdown.
    await tombstoneUpkeep.withdraw();
    goOn();
    await upkeep;
    expect([sessionStore.announced.at(-1), taskStore.announced.at(-1)]).toEqual([null, null]);
  });

  it('are not kept for an instance that stops while it announces itself', async () => {
    const { tombstoneUpkeep, sessionStore } = anApplication();
    const announce = sessionStore.announce.bind(sessionStore);
    let goOn = (): void => undefined;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    sessionStore.announce = async (instance, holdsFrom) => {
      if (holdsFrom !== null) await waits;
      await announce(instance, holdsFrom);
    };
    const upkeep = tombstoneUpkeep.run();
    await settle();
    tombstoneUpkeep.stop();
    const withdrawal = tombstoneUpkeep.withdraw();
    await settle();
    goOn();
    await Promise.all([upkeep, withdrawal]);
    expect(sessionStore.announced.at(-1)).toBeNull();
  });

  it('name an instance that was killed a week ago and still keeps them, once', async () => {
    const { deleting, holding } = await twoInstances();
    const identity = holding.journal.identity();
    holding.journal.identity = () => ({ ...identity, survives: true });
    await holding.tombstoneUpkeep.begin();
    await deleting.deleteRecord.delete(SESSIONS, 's-1');
    const named = () =>
      deleting.logger.lines.filter(({ message }) =>
        message.startsWith('Tombstones are kept for an instance'),
      );
    await deleting.clock.advance(6 * DAY);
    await deleting.tombstoneUpkeep.run();
    expect(named()).toEqual([]);
    await aDayLater(deleting);
    await aDayLater(deleting);
    expect(named()).toHaveLength(1);
  });

  it('are not dropped early by an instance whose clock jumps ahead', async () => {
    const { deleting, holding } = await twoInstances();
    await holding.tombstoneUpkeep.begin();
    const deletion = await deleting.deleteRecord.delete(SESSIONS, 's-1');
    deleting.sessionStore.time = deleting.clock.now();
    deleting.clock.setWallClock(deleting.clock.now() + 5 * DAY);
    await deleting.tombstoneUpkeep.run();
    expect(await deleting.sessionStore.newestVersion()).toBe(deletion?.version);
  });

  it('are kept for an instance without a journal that is alive, although its clock is days behind', async () => {
    const { deleting, holding } = await twoInstances();
    holding.sessionStore.time = holding.clock.now() + 2 * DAY;
    holding.clock.setWallClock(holding.clock.now() - 5 * DAY);
    const deletion = await deleting.deleteRecord.delete(SESSIONS, 's-1');
    await holding.tombstoneUpkeep.begin();
    await aDayLater(deleting);
    expect(await deleting.sessionStore.newestVersion()).toBe(deletion?.version);
  });

  it('are dropped in other stores when one does not answer', async () => {
    const { deleting } = await twoInstances();
    deleting.sessionStore.down = true;
    await deleting.tombstoneUpkeep.begin();
    await deleting.tombstoneUpkeep.run();
    deleting.sessionStore.down = false;
    expect((await deleting.sessionStore.dropTombstones(1)).oldest).toBeNull();
  });

  it('are dropped again and again, until the upkeep stops', async () => {
    const { deleting } = await twoInstances();
    deleting.tombstoneUpkeep.start();
    const announced = () => deleting.sessionStore.announced.length;
    await deleting.clock.advance(DAY);
    const [first, armed] = [announced(), deleting.clock.armed.length];
    expect(first).toBeGreaterThan(0);
    await deleting.clock.advance(DAY);
    expect(announced()).toBeGreaterThan(first);
    deleting.tombstoneUpkeep.stop();
    expect(deleting.clock.armed.length).toBeLessThan(armed);
  });
});
