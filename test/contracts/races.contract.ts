import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../src/domain/collection.js';
import { RecordRefusedError, StorageUnavailableError } from '../../src/domain/errors.js';
import type { Condition } from '../../src/domain/query.js';
import type { Write } from '../../src/domain/write.js';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../support/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

const KEYS = Array.from({ length: 100 }, (_, index) => `t-${index}`);
const ATTEMPTS = 20;

/** What holds when calls overlap. */
export function describeRaces(name: string, subject: StorageUnderTest): void {
  describe(`${name}, called from several sides at once,`, () => {
    let store: StorageBackend;
    beforeAll(async () => {
      store = await subject.open();
    }, 120_000);
    afterAll(() => subject.close());
    beforeEach(async () => {
      while ((await store.delete(SESSIONS, [], 1000)) > 0);
      await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
    });

    /** A store may break a deadlock by refusing one side for now; its caller then repeats. */
    const write = async (collection: Collection, writes: readonly Write[]) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await store.write(collection, writes);
        } catch (error) {
          if (!(error instanceof StorageUnavailableError) || attempt === ATTEMPTS) throw error;
        }
      }
    };
    const oneOf = (field: string, value: string): Condition => ({
      kind: 'one-of',
      field,
      values: [value],
    });

    it('merges batches of the same keys in opposite orders', async () => {
      const batch = (version: number) =>
        KEYS.map((key) => taskWrite(key, version, { status: `s${version}`, retry_count: version }));
      await Promise.all(
        Array.from({ length: 8 }, (_, version) =>
          write(TASKS, version % 2 === 0 ? batch(version) : batch(version).reverse()),
        ),
      );
      expect(await store.count(TASKS, [oneOf('status', 's7')])).toBe(KEYS.length);
      const { sums } = await store.summarize(TASKS, ['retry_count']);
      expect(sums.retry_count).toEqual({ sum: 7 * KEYS.length, count: KEYS.length });
    });

    it('shows readers all of a write or nothing of it', async () => {
      await store.write(
        TASKS,
        KEYS.map((key) => taskWrite(key, 0)),
      );
      let writing = true;
      const changes = (async () => {
        for (let version = 1; version <= 10; version += 1) {
          const status = version % 2 === 0 ? 'pending' : 'completed';
          await write(
            TASKS,
            KEYS.map((key) => taskWrite(key, version, { status })),
          );
        }
        writing = false;
      })();
      const seen = new Set<number>();
      while (writing) seen.add(await store.count(TASKS, [oneOf('status', 'completed')]));
      await changes;
      expect([0, KEYS.length]).toEqual(expect.arrayContaining([...seen]));
    });

    it('reads back a write as soon as it has resolved', async () => {
      for (let version = 1; version <= 20; version += 1) {
        await store.write(TASKS, [taskWrite('t-1', version, { row_index: version })]);
        expect((await store.read(TASKS, 't-1'))?.fields.row_index).toBe(version);
      }
    });

    it('leaves no task behind when its session is deleted while tasks are written', async () => {
      const outcomes = await Promise.allSettled([
        ...KEYS.map((key) => write(TASKS, [taskWrite(key, 1)])),
        store.delete(SESSIONS, [oneOf('session_id', 's-1')], 1),
        ...KEYS.map((key) => write(TASKS, [taskWrite(`late-${key}`, 1)])),
      ]);
      const reasons = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      for (const reason of reasons) {
        expect(
          reason instanceof RecordRefusedError || reason instanceof StorageUnavailableError,
        ).toBe(true);
      }
      while ((await store.delete(SESSIONS, [], 1000)) > 0);
      expect(await store.count(TASKS, [])).toBe(0);
    });
  });
}
