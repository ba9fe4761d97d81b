import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from '../../src/domain/collection.js';
import { coalesce, foldWrites } from '../../src/domain/merge.js';
import { toRecord, versionOfField, type Write } from '../../src/domain/write.js';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../support/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

const anyKey = fc.constantFrom('k-1', 'k-2');

const anyTask = fc
  .record(
    {
      session_id: fc.constantFrom('s-1', 's-2'),
      status: fc.constantFrom('pending', 'processing', 'completed'),
      target_text: fc.option(fc.constantFrom('x', 'y', '漢')),
      context: fc.option(fc.constantFrom('c', 'd')),
      error_message: fc.option(fc.constantFrom('e', 'f')),
      confidence: fc.option(fc.constantFrom(0, 0.5, 0.9999)),
      retry_count: fc.nat(3),
      duration_ms: fc.option(fc.nat(9)),
      start_time: fc.option(fc.constantFrom(1_790_000_000_123, 1_790_000_000_456)),
    },
    { requiredKeys: ['session_id', 'status'] },
  )
  .chain((fields) => anyKey.map((key) => (version: number) => taskWrite(key, version, fields)));

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
  .chain((fields) => anyKey.map((key) => (version: number) => sessionWrite(key, version, fields)));

/** Versions within and across milliseconds, all different. */
const version = (index: number) => index * 400;

/** All that readers and further merging make of a write; a counter that none carried counts as 0. */
function meaningOf(collection: Collection, write: Write) {
  const optional = collection.fields.filter(
    ({ rule, required }) => rule === 'replace' && !required,
  );
  const versions = optional.map(({ name }) => [name, versionOfField(write, name)] as const);
  const { version, createdAt } = write;
  return { version, createdAt, versions, record: toRecord(collection, write) };
}

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
            if (collection === TASKS) {
              await store.write(SESSIONS, [sessionWrite('s-1', 0), sessionWrite('s-2', 0)]);
            }
            const arrivals = [...repeated, ...writes.filter((write) => !repeated.includes(write))];
            for (let from = 0, batch = 0; from < arrivals.length; batch += 1) {
              const size = sizes[batch] ?? 1;
              await store.write(
                collection,
                coalesce(collection, arrivals.slice(from, from + size)),
              );
              from += size;
            }
            for (const key of new Set(writes.map((write) => write.key))) {
              const ofKey = writes.filter((write) => write.key === key);
              const found = await store.read(collection, key);
              expect(found === null ? null : meaningOf(collection, found)).toEqual(
                meaningOf(collection, foldWrites(collection, ofKey)),
              );
            }
          }),
          { numRuns: runs },
        );
      },
      120_000,
    );
  });
}
