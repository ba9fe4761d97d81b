import { describe, expect, it } from 'vitest';
import { RecordRefusedError } from '../../../src/domain/errors.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

/**
 * The rest of the contract of every StorageBackend: refusing, looking up, deleting, summarizing.
 */
export function describeStorageBackend(name: string, subject: StorageUnderTest): void {
  describe(`${name} as a storage backend`, () => {
    const { store, withSession } = storeOf(subject);

    describe('refusing', () => {
      it('a task without its session, and with it the whole write', async () => {
        await withSession();
        const writes = [taskWrite('t-1', 0), taskWrite('t-2', 0, { session_id: 'nowhere' })];
        await expect(store().write(TASKS, writes)).rejects.toMatchObject({
          reason: 'MISSING_PARENT',
        });
        await expect(store().write(TASKS, writes)).rejects.toBeInstanceOf(RecordRefusedError);
        expect(await store().count(TASKS, [])).toBe(0);
      });

      it('includes nothing of the record in its message', async () => {
        const write = taskWrite('t-1', 0, { session_id: 'nowhere', source_text: 'SECRET' });
        const error = await store()
          .write(TASKS, [write])
          .catch((thrown: Error) => thrown);
        expect(String(error)).not.toMatch(/SECRET|insert|nowhere/i);
      });
    });

    describe('looking up', () => {
      it('returns which of many keys exist', async () => {
        await store().write(
          SESSIONS,
          Array.from({ length: 700 }, (_, index) => sessionWrite(`k-${index}`, 0)),
        );
        const keys = Array.from({ length: 1400 }, (_, index) => `k-${index}`);
        expect((await store().existing(SESSIONS, keys)).size).toBe(700);
        expect(await store().existing(SESSIONS, [])).toEqual(new Map());
      });

      it('returns null for a missing key', async () => {
        expect(await store().read(TASKS, 'nothing')).toBeNull();
      });
    });

    describe('summarizing', () => {
      it('counts by status and sums exactly', async () => {
        await withSession();
        await store().write(
          TASKS,
          Array.from({ length: 30 }, (_, index) =>
            taskWrite(`t-${index}`, 0, {
              status: index < 10 ? 'pending' : 'completed',
              ...(index < 10 ? {} : { confidence: 0.1, duration_ms: 2_000_000_000 }),
              retry_count: 1,
            }),
          ),
        );
        expect(await store().summarize(TASKS)).toEqual({
          total: 30,
          byStatus: { completed: 20, pending: 10 },
          sums: {
            confidence: { sum: 2, count: 20 },
            duration_ms: { sum: 40_000_000_000, count: 20 },
            retry_count: { sum: 30, count: 30 },
          },
        });
        expect(Object.keys((await store().summarize(TASKS)).byStatus)).toEqual([
          'completed',
          'pending',
        ]);
      });

      it('returns zeros for an empty collection', async () => {
        expect(await store().summarize(TASKS)).toEqual({
          total: 0,
          byStatus: {},
          sums: Object.fromEntries(TASKS.summed.map((field) => [field, { sum: 0, count: 0 }])),
        });
      });
    });

    it('reports that it is healthy, its size and its driver', async () => {
      await store().healthCheck();
      expect(await store().sizeBytes()).toBeGreaterThanOrEqual(0);
      expect(store().driver).not.toBe('');
    });
  });
}
