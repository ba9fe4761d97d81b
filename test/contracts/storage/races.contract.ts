import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../../src/domain/collection.js';
import { RecordRefusedError, StorageUnavailableError } from '../../../src/domain/errors.js';
import type { Condition } from '../../../src/domain/query.js';
import type { Write } from '../../../src/domain/write.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

const KEYS = Array.from({ length: 100 }, (_, index) => `t-${index}`);
const ATTEMPTS = 20;

/** The contract for concurrent calls. */
export function describeRaces(name: string, subject: StorageUnderTest): void {
  describe(`${name}, called concurrently,`, () => {
    let store: StorageBackend;
    beforeAll(async () => {
      store = await subject.open();
    }, 120_000);
    afterAll(() => subject.close());
    beforeEach(async () => {
      await subject.empty();
      await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
    });

    /** A store may resolve a deadlock by refusing one side temporarily; its caller then retries. */
    const write = (collection: Collection, writes: readonly Write[]) =>
      repeat(() => store.write(collection, writes));
    const repeat = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await work();
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
      const { sums } = await store.summarize(TASKS);
      expect(sums.retry_count).toEqual({ sum: 7 * KEYS.length, count: KEYS.length });
    });

    it('shows readers a write completely or not at all', async () => {
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

    it('returns a write as soon as it has resolved', async () => {
      for (let version = 1; version <= 20; version += 1) {
        await store.write(TASKS, [taskWrite('t-1', version, { row_index: version })]);
        expect((await store.read(TASKS, 't-1'))?.fields.row_index).toBe(version);
      }
    });

    it('keeps nothing that a delete covers, and loses nothing that it does not cover', async () => {
      const version = BASE_VERSION + 10;
      const older = (key: string) => taskWrite(key, 5, { session_id: 's-1' });
      const newer = (key: string) => taskWrite(key, 50, { session_id: 's-1' });
      const deleting = async () => {
        const deletion = await repeat(() =>
          store.delete(SESSIONS, 's-1', version, { conditions: [], keepsUnfinished: false }),
        );
        await write(SESSIONS, [sessionWrite('s-1', 40)]);
        return deletion;
      };
      await Promise.allSettled([
        ...KEYS.map((key) => write(TASKS, [older(key)])),
        deleting().then((deletion) => expect(deletion?.version).toBe(version)),
        ...KEYS.map((key) => write(TASKS, [older(`late-${key}`)])),
      ]);
      expect(await store.count(TASKS, [])).toBe(0);
      await Promise.all([
        ...KEYS.map((key) => write(TASKS, [newer(key)])),
        ...KEYS.map((key) => write(TASKS, [older(key)])),
      ]);
      expect(await store.count(TASKS, [])).toBe(KEYS.length);
    });

    it('gives a delete a version above what is written at the same time, or keeps that write', async () => {
      for (let round = 0; round < 10; round += 1) {
        const at = round * 1000;
        await subject.empty();
        await store.write(SESSIONS, [sessionWrite('s-1', at)]);
        const [deletion] = await Promise.all([
          repeat(() => store.delete(SESSIONS, 's-1', BASE_VERSION + at + 1)),
          ...KEYS.slice(0, 10).map((key, index) =>
            write(TASKS, [taskWrite(key, at + 2 + index)]).catch((error: unknown) => {
              if (!(error instanceof RecordRefusedError)) throw error;
            }),
          ),
        ]);
        for (const key of KEYS.slice(0, 10)) {
          const left = await store.read(TASKS, key);
          expect(left === null || left.version > (deletion?.version ?? 0)).toBe(true);
        }
      }
    });
  });
}
