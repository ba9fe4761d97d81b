import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coalesce, foldWrites } from '../../src/domain/merge.js';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../support/writes.js';
import type { StorageUnderTest } from './storage-backend.contract.js';

const anyTask = fc
  .record(
    {
      status: fc.constantFrom('pending', 'processing', 'completed'),
      target_text: fc.option(fc.constantFrom('x', 'y', '漢')),
      context: fc.option(fc.constantFrom('c', 'd')),
      error_message: fc.option(fc.constantFrom('e', 'f')),
      confidence: fc.option(fc.constantFrom(0, 0.5, 0.9999)),
      retry_count: fc.nat(3),
      duration_ms: fc.option(fc.nat(9)),
      start_time: fc.option(fc.constantFrom(1_790_000_000_123, 1_790_000_000_456)),
    },
    { requiredKeys: ['status'] },
  )
  .map((fields) => (version: number) => taskWrite('t-1', version, fields));

const anySession = fc
  .record(
    {
      status: fc.constantFrom('pending', 'processing', 'completed'),
      game_info: fc.option(fc.constantFrom({ a: 1 }, { b: [2] })),
      total_tasks: fc.nat(9),
      completed_tasks: fc.nat(9),
      processing_tasks: fc.nat(9),
    },
    { requiredKeys: ['status'] },
  )
  .map((fields) => (version: number) => sessionWrite('s-1', version, fields));

/** Versions within and across milliseconds, all different. */
const version = (index: number) => index * 400;

/**
 * The rule is written twice, in mergeWrites and in SQL; this ties the two: for any writes, cut into
 * any batches, in any order of arrival, any of them repeated, the store equals the fold.
 */
export function describeMergeProperty(name: string, subject: StorageUnderTest, runs: number): void {
  describe(`merging in ${name} and in the domain`, () => {
    let store: StorageBackend;
    beforeAll(async () => {
      store = await subject.open();
    }, 120_000);
    afterAll(() => subject.close());

    it.each([
      ['tasks', TASKS, anyTask],
      ['sessions', SESSIONS, anySession],
    ] as const)(
      'gives the same %s',
      async (_what, collection, anyWrite) => {
        const histories = fc.array(anyWrite, { minLength: 1, maxLength: 7 }).chain((makers) => {
          const writes = makers.map((make, index) => make(version(index)));
          const order = fc.shuffledSubarray([...writes, ...writes], { minLength: 1 });
          return fc.tuple(
            fc.constant(writes),
            order,
            fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 14, maxLength: 14 }),
          );
        });
        await fc.assert(
          fc.asyncProperty(histories, async ([writes, repeated, sizes]) => {
            while ((await store.delete(SESSIONS, [], 1000)) > 0);
            if (collection === TASKS) await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
            const arrivals = [...repeated, ...writes.filter((write) => !repeated.includes(write))];
            for (let from = 0, batch = 0; from < arrivals.length; batch += 1) {
              const size = sizes[batch] ?? 1;
              await store.write(
                collection,
                coalesce(collection, arrivals.slice(from, from + size)),
              );
              from += size;
            }
            const expected = foldWrites(collection, writes);
            const found = await store.read(collection, expected.key);
            const touched = Object.fromEntries(
              collection.fields
                .filter(
                  ({ rule, name: field }) => rule === 'greatest' && !(field in expected.fields),
                )
                .map(({ name: field }) => [field, 0]),
            );
            expect(found).toEqual({ ...expected, fields: { ...touched, ...expected.fields } });
          }),
          { numRuns: runs },
        );
      },
      120_000,
    );
  });
}
