import { beforeEach, describe, expect, it } from 'vitest';
import type { Write } from '../../../src/domain/write.js';
import {
  BASE_VERSION,
  MS,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

/** How a store merges writes of one key; see domain/merge.ts. */
export function describeMerging(name: string, subject: StorageUnderTest): void {
  describe(`${name} as a storage backend`, () => {
    const { store, read, withSession } = storeOf(subject);

    describe('merging', () => {
      beforeEach(withSession);

      it('shows initial values for fields that were never written', async () => {
        await store().write(TASKS, [taskWrite('t-1', 0)]);
        expect(await read(TASKS, 't-1')).toMatchObject({
          target_text: null,
          retry_count: 0,
          duration_ms: null,
        });
      });

      it('keeps a field that a later write omits', async () => {
        await store().write(TASKS, [taskWrite('t-1', 1, { target_text: 'épée', retry_count: 3 })]);
        await store().write(TASKS, [taskWrite('t-1', 2, { status: 'completed' })]);
        expect(await read(TASKS, 't-1')).toMatchObject({
          target_text: 'épée',
          retry_count: 3,
          status: 'completed',
        });
      });

      it('clears a field that a later write sets to null', async () => {
        await store().write(TASKS, [
          taskWrite('t-1', 1, {
            target_text: 'x',
            context: 'y',
            error_message: 'z',
            confidence: 0.5,
            start_time: 1,
            end_time: 2,
            duration_ms: 3,
          }),
        ]);
        const cleared = {
          target_text: null,
          context: null,
          error_message: null,
          confidence: null,
          start_time: null,
          end_time: null,
          duration_ms: null,
        };
        await store().write(TASKS, [taskWrite('t-1', 2, cleared)]);
        expect(await read(TASKS, 't-1')).toMatchObject(cleared);
      });

      it('keeps a cleared field cleared when an older write is repeated', async () => {
        const failed = taskWrite('t-1', 1, { error_message: 'timeout' });
        await store().write(TASKS, [failed]);
        await store().write(TASKS, [taskWrite('t-1', 2, { error_message: null })]);
        await store().write(TASKS, [failed]);
        expect(await read(TASKS, 't-1')).toMatchObject({ error_message: null });
      });

      it('lets a late older write set only fields that no write contains', async () => {
        await store().write(TASKS, [
          taskWrite('t-1', 5 * MS, { target_text: 'new', status: 'completed' }),
        ]);
        await store().write(TASKS, [
          taskWrite('t-1', 1 * MS, { target_text: 'old', context: 'shop' }),
        ]);
        expect(await read(TASKS, 't-1')).toMatchObject({
          target_text: 'new',
          context: 'shop',
          status: 'completed',
          created_at: BASE_VERSION / MS + 1,
          updated_at: BASE_VERSION / MS + 5,
        });
      });

      it('does not let an old value inside a newer write replace one accepted between them', async () => {
        await store().write(TASKS, [taskWrite('t-1', 2, { target_text: 'b' })]);
        const coalesced: Write = {
          ...taskWrite('t-1', 3, { target_text: 'a' }),
          olderFields: { target_text: BASE_VERSION + 1 },
        };
        await store().write(TASKS, [coalesced]);
        expect(await read(TASKS, 't-1')).toMatchObject({ target_text: 'b' });
      });

      it('keeps the write that arrives later if both were accepted at the same time', async () => {
        await store().write(TASKS, [taskWrite('t-1', 1, { status: 'pending', target_text: 'a' })]);
        await store().write(TASKS, [
          taskWrite('t-1', 1, { status: 'completed', target_text: 'b' }),
        ]);
        expect(await read(TASKS, 't-1')).toMatchObject({ status: 'completed', target_text: 'b' });
      });

      it('never lowers a counter and replaces a gauge', async () => {
        const counters = {
          total_tasks: 9,
          completed_tasks: 8,
          failed_tasks: 7,
          processing_tasks: 6,
        };
        await store().write(SESSIONS, [sessionWrite('s-1', 1, counters)]);
        await store().write(SESSIONS, [
          sessionWrite('s-1', 2, {
            total_tasks: 1,
            completed_tasks: 1,
            failed_tasks: 1,
            processing_tasks: 1,
          }),
        ]);
        expect(await read(SESSIONS, 's-1')).toMatchObject({ ...counters, processing_tasks: 1 });
        await store().write(SESSIONS, [
          sessionWrite('s-1', 1, { total_tasks: 50, processing_tasks: 50 }),
        ]);
        expect(await read(SESSIONS, 's-1')).toMatchObject({ total_tasks: 50, processing_tasks: 1 });
      });

      it('returns the versions that further merging needs', async () => {
        await store().write(TASKS, [taskWrite('t-1', 1, { context: 'shop' })]);
        await store().write(TASKS, [taskWrite('t-1', 2)]);
        const stored = await store().read(TASKS, 't-1');
        expect(stored?.version).toBe(BASE_VERSION + 2);
        expect(stored?.olderFields).toEqual({ context: BASE_VERSION + 1 });
        expect(stored?.fields).not.toHaveProperty('target_text');
      });

      it('results in the same record when writes of one key arrive at the same time', async () => {
        const writes = Array.from({ length: 12 }, (_, index) =>
          taskWrite('t-1', index, { retry_count: index, status: `s${index}` }),
        );
        await Promise.all(writes.map((write) => store().write(TASKS, [write])));
        expect(await read(TASKS, 't-1')).toMatchObject({ retry_count: 11, status: 's11' });
      });
    });
  });
}
