import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coalesce, foldWrites } from '../../../src/domain/merge.js';
import type { Write } from '../../../src/domain/write.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { meaningOf } from '../../support/records/meaning.js';
import {
  BASE_VERSION,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

const anyKey = fc.constantFrom('k-1', 'k-2');

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
  .chain((fields) =>
    anyKey.map((key) => (version: number) => {
      return taskWrite(key, version, { ...fields, session_id: key.replace('k', 's') });
    }),
  );

const anySession = fc
  .record(
    {
      status: fc.constantFrom('pending', 'processing', 'completed'),
      game_info: fc.option(fc.constantFrom('{"a":1}', '{"b":[2]}')),
      total_tasks: fc.nat(9),
      completed_tasks: fc.nat(9),
      processing_tasks: fc.nat(9),
    },
    { requiredKeys: ['status'] },
  )
  .chain((fields) => anyKey.map((key) => (version: number) => sessionWrite(key, version, fields)));

/** Versions within and across milliseconds, all different; a delete lies between two of them. */
const version = (index: number) => index * 400;

/** An event of a store: writes arrive together, or a session is deleted. */
type Arrival =
  | { readonly kind: 'writes'; readonly of: readonly number[] }
  | { readonly kind: 'delete'; readonly session: string; readonly version: number };

/** Arrivals of `count` writes, by their indexes, each at least once, with deletes in between. */
function anyArrivals(count: number, sessions: readonly string[]): fc.Arbitrary<Arrival[]> {
  const index = fc.integer({ min: 0, max: count - 1 });
  const anyDelete = fc.record({
    kind: fc.constant('delete' as const),
    session: fc.constantFrom(...sessions),
    version: index.map((of) => version(of) + 200),
  });
  const anyWrites = fc.record({
    kind: fc.constant('writes' as const),
    of: fc.array(index, { minLength: 1, maxLength: 4 }),
  });
  const rest = fc.shuffledSubarray(
    Array.from({ length: count }, (_, of) => of),
    { minLength: count },
  );
  return fc
    .tuple(
      fc.array(fc.oneof({ weight: 3, arbitrary: anyWrites }, { weight: 1, arbitrary: anyDelete }), {
        maxLength: 7,
      }),
      rest,
    )
    .map(([some, all]) => [...some, { kind: 'writes' as const, of: all }]);
}

/**
 * The rule is implemented twice, in mergeWrites and in SQL; this compares them. For any writes and
 * any deletes, with the writes cut into any batches, in any order of arrival, any of them repeated,
 * the store equals the fold of what has arrived and no delete covers, after each arrival.
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
      'results in the same %s',
      async (_what, collection, anyWrite) => {
        // The key of a task determines its session: a record belongs to one permanently.
        const sessionOf = (key: string) => (collection === TASKS ? key.replace('k', 's') : key);
        const sessions = ['k-1', 'k-2'].map(sessionOf);
        const histories = fc
          .array(anyWrite, { minLength: 1, maxLength: 7 })
          .map((makers) => makers.map((make, index) => make(version(index))))
          .chain((writes) => fc.tuple(fc.constant(writes), anyArrivals(writes.length, sessions)));
        await fc.assert(
          fc.asyncProperty(histories, async ([writes, arrivals]) => {
            await subject.empty();
            const deleted = new Map<string, number>();
            const haveSession = async (key: string) => {
              if (collection === SESSIONS) return;
              const newest = (deleted.get(key) ?? BASE_VERSION) - BASE_VERSION;
              await store.write(SESSIONS, [sessionWrite(key, newest + 1)]);
            };
            const expectFold = async (some: readonly Write[]) => {
              const inOrder = [...some].sort((one, other) => one.version - other.version);
              for (const key of new Set(some.map((write) => write.key))) {
                const remaining = inOrder.filter(
                  (write) =>
                    write.key === key && write.version > (deleted.get(sessionOf(key)) ?? 0),
                );
                const found = await store.read(collection, key);
                const expected = remaining.length === 0 ? null : foldWrites(collection, remaining);
                expect(found && meaningOf(collection, found)).toEqual(
                  expected && meaningOf(collection, expected),
                );
              }
            };
            for (const key of sessions) await haveSession(key);
            const arrived = new Set<Write>();
            for (const arrival of arrivals) {
              if (arrival.kind === 'delete') {
                const { session } = arrival;
                const deletion = await store.delete(
                  SESSIONS,
                  session,
                  BASE_VERSION + arrival.version,
                );
                deleted.set(session, Math.max(deletion?.version ?? 0, deleted.get(session) ?? 0));
                await haveSession(session);
              } else {
                const batch = arrival.of.flatMap((index) => writes[index] ?? []);
                for (const write of batch) arrived.add(write);
                await store.write(collection, coalesce(collection, batch));
              }
              // After each: what comes later must not repair what this one has done wrong.
              await expectFold([...arrived]);
            }
          }),
          { numRuns: runs },
        );
      },
      120_000,
    );
  });
}
