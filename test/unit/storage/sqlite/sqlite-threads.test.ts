import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SqliteBackend } from '../../../../src/adapters/storage/sqlite/sqlite-backend.js';
import { startThread } from '../../../../src/adapters/storage/sqlite/start-thread.js';
import { StorageUnavailableError } from '../../../../src/domain/errors.js';
import { settle } from '../../../support/application/fake-clock.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../../support/records/writes.js';
import { aBackend, temporaryFolder } from './temporary-sqlite.js';

const manyTasks = (count: number, version = 1) =>
  Array.from({ length: count }, (_, index) => taskWrite(`t-${index}`, version));

/** An open store with one session, and its threads: first the writer, then the readers. */
async function anOpenStore(): Promise<{ store: SqliteBackend; threads: Worker[] }> {
  const threads: Worker[] = [];
  const notice = (thread: Worker) => threads.push(thread);
  process.on('worker', notice);
  onTestFinished(() => {
    process.off('worker', notice);
  });
  const store = aBackend(join(await temporaryFolder(), 'store.db'));
  await store.open();
  await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
  return { store, threads };
}

describe('the threads of an SQLite store', () => {
  it('let reads run during a large write', async () => {
    const { store } = await anOpenStore();
    const finished: string[] = [];
    const writing = store.write(TASKS, manyTasks(20_000)).then(() => finished.push('write'));
    await store.read(SESSIONS, 's-1').then(() => finished.push('read'));
    await store.count(TASKS, []).then((count) => finished.push(`${count} tasks`));
    await writing;
    expect(finished).toEqual(['read', '0 tasks', 'write']);
    expect(await store.count(TASKS, [])).toBe(20_000);
  });

  it('copy the log into the file after megabytes, not after every write', async () => {
    const path = join(await temporaryFolder(), 'store.db');
    const store = aBackend(path);
    await store.open();
    await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
    const before = statSync(path).size;
    const source_text = 'x'.repeat(4000);
    for (let batch = 0; batch < 12; batch += 1) {
      const ids = Array.from({ length: 200 }, (_, index) => `t-${batch}-${index}`);
      await store.write(
        TASKS,
        ids.map((id) => taskWrite(id, 1, { source_text })),
      );
    }
    // SQLite's default would have copied each four megabytes of it.
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(10_000_000);
    expect(statSync(path).size).toBe(before);
  });

  it('count as connections: in use with waiting requests, or idle', async () => {
    const { store } = await anOpenStore();
    expect(store.connections()).toEqual({ inUse: 0, idle: 3, limit: 4, waiting: 0 });
    const writing = [store.write(TASKS, manyTasks(20_000)), store.write(TASKS, manyTasks(10))];
    await settle();
    expect(store.connections()).toEqual({ inUse: 1, idle: 2, limit: 4, waiting: 1 });
    await Promise.all(writing);
    await store.close();
    expect(store.connections()).toEqual({ inUse: 0, idle: 0, limit: 4, waiting: 0 });
  });

  it('let a record be read while lists are walked', async () => {
    const { store } = await anOpenStore();
    await store.write(TASKS, manyTasks(20_000));
    const finished: string[] = [];
    const walking = Array.from({ length: 20 }, () =>
      store.summarize(TASKS).then(() => finished.push('walk')),
    );
    await store.read(TASKS, 't-1').then(() => finished.push('read'));
    await store.healthCheck().then(() => finished.push('health'));
    await Promise.all(walking);
    expect(finished.indexOf('health')).toBeLessThan(finished.lastIndexOf('walk'));
  });

  it('that end roll back running work, and are replaced by the next call', async () => {
    const { store, threads } = await anOpenStore();
    const [writer] = threads;
    const underWay = store.write(TASKS, manyTasks(20_000)).catch((error: Error) => error);
    // The transaction has started once its first message was posted.
    await new Promise(setImmediate);
    await writer?.terminate();
    expect(await underWay).toBeInstanceOf(StorageUnavailableError);
    expect(await store.count(TASKS, [])).toBe(0);
    await store.write(TASKS, manyTasks(10));
    expect(await store.count(TASKS, [])).toBe(10);
  });

  it('are replaced once, however many calls find them ended', async () => {
    const { store, threads } = await anOpenStore();
    await Promise.all(threads.map((thread) => thread.terminate()));
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await store.write(TASKS, [taskWrite(`t-${index}`, 1)]);
        await store.read(TASKS, `t-${index}`);
      }),
    );
    expect(await store.count(TASKS, [])).toBe(8);
    expect(threads).toHaveLength(6);
  });

  it('finish running work before they close', async () => {
    const { store } = await anOpenStore();
    const writing = store.write(TASKS, manyTasks(5000));
    const reading = store.count(SESSIONS, []);
    // The calls have been sent once the connections, which are open, have been looked up.
    await new Promise(setImmediate);
    await store.close();
    await writing;
    expect(await reading).toBe(1);
  });

  it('end when the store is closed, which may be called twice', async () => {
    const { store, threads } = await anOpenStore();
    await Promise.all([store.close(), store.close()]);
    await store.close();
    // An ended thread no longer has an id.
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1, -1]);
  });

  it('are not started again by a call after closing', async () => {
    const { store, threads } = await anOpenStore();
    await store.close();
    await expect(store.read(SESSIONS, 's-1')).rejects.toBeInstanceOf(StorageUnavailableError);
    await expect(store.write(SESSIONS, [sessionWrite('s-2', 1)])).rejects.toBeInstanceOf(
      StorageUnavailableError,
    );
    expect(threads).toHaveLength(3);
  });
});

describe('a thread that is started from source', () => {
  it('compiles itself, as `npm run dev` and scripts require', async () => {
    const thread = startThread({
      path: join(await temporaryFolder(), 'store.db'),
      readonly: false,
      foreignKeys: true,
      migrations: null,
      migrate: false,
      locked: false,
      busyTimeout: 1000,
    });
    onTestFinished(async () => void (await thread.terminate()));
    expect(await once(thread, 'message')).toMatchObject([{ opened: true }]);
  });
});
