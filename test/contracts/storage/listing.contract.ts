import { beforeEach, describe, expect, it } from 'vitest';
import { type Condition, DEFAULT_SORT, type Window } from '../../../src/domain/query.js';
import type { ListWindow, StorageBackend } from '../../../src/ports/storage-backend.js';
import {
  BASE_VERSION,
  MS,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

/** Pages, positions, filters and sorts. */
export function describeListing(name: string, subject: StorageUnderTest): void {
  describe(`${name} as a storage backend`, () => {
    const { store, keysOf, withSession } = storeOf(subject);

    describe('lists', () => {
      const many = 23;
      beforeEach(async () => {
        await withSession();
        // Equal timestamps in groups of five, so that ties occur.
        await store().write(
          TASKS,
          Array.from({ length: many }, (_, index) =>
            taskWrite(
              `t-${String((index * 7) % many).padStart(2, '0')}`,
              Math.floor(index / 5) * MS,
              {
                row_index: index % 3,
                status: ['pending', 'completed', 'failed'][index % 3] ?? '',
                sheet_name: index % 2 === 0 ? 'Items' : 'items',
                batch_id: index % 4 === 0 ? 'b-0' : 'b-1',
              },
            ),
          ),
        );
      });

      const sorts = TASKS.sorts.flatMap(({ field }) => [
        { field, direction: 'asc' } as const,
        { field, direction: 'desc' } as const,
      ]);

      it.each(sorts)(
        'by $field $direction neither skip nor repeat, by page and by position',
        async (sort) => {
          const all = await keysOf([], sort);
          expect(new Set(all).size).toBe(many);
          const paged: string[] = [];
          for (let page = 1; page <= 6; page += 1) {
            const window = { kind: 'page', page, size: 4 } as const;
            const { items, next } = await store().query(TASKS, { conditions: [], sort, window });
            paged.push(...items.map(({ key }) => key));
            expect(next === null).toBe(page === 6);
          }
          expect(paged).toEqual(all);
          const walked: string[] = [];
          let window: Parameters<StorageBackend['query']>[1]['window'] | null = {
            kind: 'page',
            page: 1,
            size: 4,
          };
          while (window !== null) {
            const { items, next }: Awaited<ReturnType<StorageBackend['query']>> =
              await store().query(TASKS, { conditions: [], sort, window });
            walked.push(...items.map(({ key }) => key));
            window = next === null ? null : { kind: 'after', position: next, size: 4 };
          }
          expect(walked).toEqual(all);
        },
      );

      it('have deep pages, which are counted at the same moment', async () => {
        const many = 10_250;
        const status = (index: number) => (index % 2 === 0 ? 'pending' : 'failed');
        for (let from = 0; from < many; from += 2050) {
          const some = Array.from({ length: 2050 }, (_, index) => from + index);
          await store().write(
            TASKS,
            some.map((index) => taskWrite(`deep-${index}`, index % 7, { status: status(index) })),
          );
        }
        const several: Condition = {
          kind: 'one-of',
          field: 'status',
          values: ['pending', 'failed'],
        };
        const total = await store().count(TASKS, [several]);
        for (const direction of ['asc', 'desc'] as const) {
          const sort = { field: 'created_at', direction };
          const query = { conditions: [several], sort };
          const window = (page: number) => ({ kind: 'page', page, size: 100 }) as const;
          let expected = await store().query(TASKS, { ...query, window: window(100) });
          for (let page = 101; page * 100 < total + 100; page += 1) {
            const { next } = expected;
            if (next === null) throw new Error('the list ended early');
            const after = { kind: 'after', position: next, size: 100 } as const;
            expected = await store().query(TASKS, { ...query, window: after });
            const deep = await store().query(TASKS, { ...query, window: window(page) });
            expect(deep).toEqual({ ...expected, total });
          }
          expect(expected.next).toBeNull();
          const behind = await store().query(TASKS, { ...query, window: window(500) });
          expect(behind).toEqual({ items: [], next: null, total });
        }
      }, 60_000);

      it('end before a record that would make a window larger than its bytes', async () => {
        await store().write(
          TASKS,
          Array.from({ length: 9 }, (_, index) =>
            taskWrite(`large-${index}`, index, {
              sheet_name: 'large',
              source_text: '漢'.repeat(1000),
              target_text: index === 4 ? 'x'.repeat(50_000) : null,
            }),
          ),
        );
        const conditions: Condition[] = [
          { kind: 'one-of', field: 'sheet_name', values: ['large'] },
        ];
        const sizes: number[] = [];
        const walked: string[] = [];
        let window: Window | null = { kind: 'page', page: 1, size: 4 };
        while (window !== null) {
          const sort = { field: 'created_at', direction: 'asc' } as const;
          const query = { conditions, sort, window, maxBytes: 9500 };
          const { items, next }: ListWindow = await store().query(TASKS, query);
          sizes.push(items.length);
          walked.push(...items.map(({ key }) => key));
          window = next === null ? null : { kind: 'after', position: next, size: 4 };
        }
        expect(sizes).toEqual([3, 1, 1, 3, 1]);
        expect(walked).toEqual(Array.from({ length: 9 }, (_, index) => `large-${index}`));
      });

      it('in one direction are the reverse of the other, including ties', async () => {
        for (const field of TASKS.sorts.map((sort) => sort.field)) {
          const ascending = await keysOf([], { field, direction: 'asc' });
          expect(await keysOf([], { field, direction: 'desc' })).toEqual(ascending.reverse());
        }
      });

      it('sort strings by their UTF-8 bytes', async () => {
        const names = ['a', 'B', 'á', 'z', '\uffee', '🗡', '漢'];
        await store().write(
          SESSIONS,
          names.map((filename, index) => sessionWrite(`n-${index}`, 0, { filename })),
        );
        const keys = await keysOf(
          [{ kind: 'one-of', field: 'status', values: ['processing'] }],
          { field: 'filename', direction: 'asc' },
          SESSIONS,
        );
        const expected = names
          .map((filename, index) => ({ filename, key: `n-${index}` }))
          .sort((x, y) => Buffer.compare(Buffer.from(x.filename), Buffer.from(y.filename)));
        expect(keys.filter((key) => key.startsWith('n-'))).toEqual(expected.map(({ key }) => key));
      });

      it('beyond the last page are empty', async () => {
        const window = { kind: 'page', page: 99, size: 20 } as const;
        expect(await store().query(TASKS, { conditions: [], sort: DEFAULT_SORT, window })).toEqual({
          items: [],
          next: null,
        });
      });

      it.each<[string, Condition[], number]>([
        ['one status', [{ kind: 'one-of', field: 'status', values: ['pending'] }], 8],
        [
          'several statuses',
          [{ kind: 'one-of', field: 'status', values: ['failed', 'pending'] }],
          15,
        ],
        ['a status that no record has', [{ kind: 'one-of', field: 'status', values: ['x'] }], 0],
        [
          'a sheet, by its exact name',
          [{ kind: 'one-of', field: 'sheet_name', values: ['items'] }],
          11,
        ],
        [
          'a sheet, including trailing blanks',
          [{ kind: 'one-of', field: 'sheet_name', values: ['items '] }],
          0,
        ],
        ['a batch', [{ kind: 'one-of', field: 'batch_id', values: ['b-0'] }], 6],
        ['a session', [{ kind: 'one-of', field: 'session_id', values: ['s-1'] }], 23],
        [
          'times, including both ends',
          [
            {
              kind: 'range',
              field: 'created_at',
              from: BASE_VERSION / MS + 1,
              until: BASE_VERSION / MS + 2,
            },
          ],
          10,
        ],
        [
          'a minimum time',
          [{ kind: 'range', field: 'created_at', from: BASE_VERSION / MS + 4 }],
          3,
        ],
        ['a maximum time', [{ kind: 'range', field: 'created_at', until: BASE_VERSION / MS }], 5],
        [
          'several conditions',
          [
            { kind: 'one-of', field: 'status', values: ['pending'] },
            { kind: 'one-of', field: 'batch_id', values: ['b-0'] },
          ],
          2,
        ],
      ])('and counts can be limited to %s', async (_what, conditions, expected) => {
        expect(await store().count(TASKS, conditions)).toBe(expected);
        expect(await keysOf(conditions)).toHaveLength(expected);
      });

      it.each([
        ['100% _done_', ['100%_x', '_DONE_'], '% _'],
        ['Ünïcode 🗡.xlsx', ['unicode'], '🗡'],
        ["it's", ['its'], "'"],
      ])('by a part of a name take it literally: %s', async (filename, others, part) => {
        await store().write(
          SESSIONS,
          [filename, ...others].map((name, index) =>
            sessionWrite(`f-${index}`, 0, { filename: name }),
          ),
        );
        expect(
          await keysOf(
            [{ kind: 'contains', fields: ['filename'], text: part }],
            DEFAULT_SORT,
            SESSIONS,
          ),
        ).toEqual(['f-0']);
      });

      it('by a part of several texts find it in each of them, and not in a missing one', async () => {
        await store().write(SESSIONS, [sessionWrite('s-1', 0)]);
        await store().write(TASKS, [
          taskWrite('a', 0, { source_text: 'the 100% sword' }),
          taskWrite('b', 0, { source_text: 'x', target_text: 'a 100% sword' }),
          taskWrite('c', 0, { source_text: 'x', target_text: null, context: '100%' }),
          taskWrite('d', 0, { source_text: 'x', error_message: 'at 100 %' }),
        ]);
        const fields = ['source_text', 'target_text', 'context', 'error_message'];
        const found = await keysOf([{ kind: 'contains', fields, text: '100%' }]);
        expect([...found].sort()).toEqual(['a', 'b', 'c']);
      });

      it('by a part of a name are case-sensitive', async () => {
        await store().write(SESSIONS, [sessionWrite('f-0', 0, { filename: 'Items.xlsx' })]);
        expect(
          await store().count(SESSIONS, [
            { kind: 'contains', fields: ['filename'], text: 'Items.' },
          ]),
        ).toBe(1);
        expect(
          await store().count(SESSIONS, [
            { kind: 'contains', fields: ['filename'], text: 'ITEMS.' },
          ]),
        ).toBe(0);
      });
    });
  });
}
