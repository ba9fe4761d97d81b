import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from '../../../src/domain/collection.js';
import type { Condition, Direction, Sort, Window } from '../../../src/domain/query.js';
import { type RecordFields, toRecord, type Write } from '../../../src/domain/write.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

const MS = 1000;
const SIZE = 4;
/**
 * Keys whose order differs between bytes, UTF-16 code units, and any collation that ignores case or
 * pads.
 */
const KEYS = ['a', 'A', 'á', 'b', 'B', 'ab', 'a-', '~', '10', '9', '🗡', '\uffee', '漢', 'ß', 'ss'];
const NAMES = ['items', 'Items', 'items ', '🗡', '\uffee'];

const statusOf = (index: number) => ['pending', 'completed', 'a_b'][index % 3] ?? '';

/** Few values for many records, so that the key must break ties. */
const collections = [
  {
    collection: SESSIONS,
    write: (index: number, version: number) =>
      sessionWrite(KEYS[index] ?? '', version, {
        status: statusOf(index),
        filename: NAMES[index % NAMES.length] ?? '',
      }),
  },
  {
    collection: TASKS,
    write: (index: number, version: number) =>
      taskWrite(KEYS[index] ?? '', version, {
        session_id: 'a',
        status: statusOf(index),
        row_index: index % 3,
      }),
  },
] as const;

/** A list of several statuses may be merged from one list per status. */
const filters = [
  ['all', undefined],
  ['two statuses', ['pending', 'a_b', 'pending']],
  ['more statuses than there are', [...'0123456789'].map((digit) => `s${digit}`).concat('a_b')],
] as const;

const sorts = collections.flatMap(({ collection }) =>
  collection.sorts.flatMap(({ field }) =>
    (['asc', 'desc'] as const).flatMap((direction) =>
      filters.map(
        ([filter, statuses]) =>
          [collection.name, filter, field, direction, collection, statuses] as const,
      ),
    ),
  ),
);

/** The expected order of a list, computed independently of any store. */
function inOrder(collection: Collection, records: readonly RecordFields[], sort: Sort): string[] {
  const bytes = (value: unknown) => Buffer.from(String(value));
  const keyOf = (record: RecordFields) => String(record[collection.key]);
  const compare = (a: RecordFields, b: RecordFields) => {
    const [x, y] = [a[sort.field], b[sort.field]];
    const byValue =
      typeof x === 'number' && typeof y === 'number' ? x - y : Buffer.compare(bytes(x), bytes(y));
    return byValue === 0 ? Buffer.compare(bytes(keyOf(a)), bytes(keyOf(b))) : byValue;
  };
  const sorted = [...records].sort(compare).map(keyOf);
  return sort.direction === 'asc' ? sorted : sorted.reverse();
}

/** Lists of every collection, by every sort, in both directions, by page and by position. */
export function describeLists(name: string, subject: StorageUnderTest): void {
  describe(`lists of ${name}`, () => {
    let store: StorageBackend;
    const records = new Map<string, RecordFields[]>();

    beforeAll(async () => {
      store = await subject.open();
      for (const { collection, write } of collections) {
        const indexes = [...KEYS.keys()];
        await store.write(
          collection,
          indexes.map((index) => write(index, Math.floor(index / 5) * MS)),
        );
        await store.write(
          collection,
          indexes.map((index) => write(index, (20 + (index % 4)) * MS)),
        );
        const stored = await Promise.all(KEYS.map((key) => store.read(collection, key)));
        records.set(
          collection.name,
          stored.map((write) => toRecord(collection, write as Write)),
        );
      }
    }, 120_000);
    afterAll(() => subject.close());

    const pageOf = (
      collection: Collection,
      sort: Sort,
      window: Window,
      conditions: readonly Condition[] = [],
    ) => store.query(collection, { conditions, sort, window });

    it.each(sorts)(
      '%s, %s, by %s %s are in order, without gaps, the same by page and by position',
      async (_name, _filter, field, direction: Direction, collection, statuses) => {
        const sort = { field, direction };
        const listed = (records.get(collection.name) ?? []).filter(
          ({ status }) => statuses === undefined || statuses.some((one) => one === status),
        );
        expect(listed.length).toBeGreaterThan(SIZE);
        const expected = inOrder(collection, listed, sort);
        const conditions: Condition[] =
          statuses === undefined ? [] : [{ kind: 'one-of', field: 'status', values: statuses }];
        const paged: string[] = [];
        const walked: string[] = [];
        let window: Window = { kind: 'page', page: 1, size: SIZE };
        for (let page = 1; page <= Math.ceil(expected.length / SIZE); page += 1) {
          const byPage = await pageOf(
            collection,
            sort,
            { kind: 'page', page, size: SIZE },
            conditions,
          );
          const byPosition = await pageOf(collection, sort, window, conditions);
          expect(byPosition).toEqual(byPage);
          expect(await store.keys(collection, { conditions, sort, window })).toEqual({
            keys: byPosition.items.map(({ key }) => key),
            next: byPosition.next,
          });
          paged.push(...byPage.items.map(({ key }) => key));
          walked.push(...byPosition.items.map(({ key }) => key));
          if (byPosition.next === null) break;
          window = { kind: 'after', position: byPosition.next, size: SIZE };
        }
        expect(paged).toEqual(expected);
        expect(walked).toEqual(expected);
      },
    );

    it('end where the list ends, if the last page is full', async () => {
      const sort = { field: 'created_at', direction: 'asc' } as const;
      const { items, next } = await pageOf(TASKS, sort, {
        kind: 'page',
        page: KEYS.length / 5,
        size: 5,
      });
      expect(items).toHaveLength(5);
      expect(next).toBeNull();
    });

    it('continue from a position whose record is deleted', async () => {
      const sort = { field: 'row_index', direction: 'asc' } as const;
      const expected = inOrder(TASKS, records.get(TASKS.name) ?? [], sort);
      const position = { value: 1, key: '\u0001' };
      const { items } = await pageOf(TASKS, sort, { kind: 'after', position, size: 3 });
      expect(items.map(({ key }) => key)).toEqual(expected.slice(5, 8));
    });

    it('by a filter of a thousand values work, and by one without values are empty', async () => {
      const values = [...Array.from({ length: 1000 }, (_, index) => `no-${index}`), 'a', '🗡'];
      const oneOf = (of: string[]) => [{ kind: 'one-of', field: 'task_id', values: of } as const];
      expect(await store.count(TASKS, oneOf(values))).toBe(2);
      expect(await store.count(TASKS, oneOf([]))).toBe(0);
    });

    it('by a filter with quotes treat it as text', async () => {
      const text = `' or 1 = 1 -- " \\`;
      expect(await store.count(SESSIONS, [{ kind: 'contains', fields: ['filename'], text }])).toBe(
        0,
      );
      expect(
        await store.count(SESSIONS, [{ kind: 'one-of', field: 'filename', values: [text] }]),
      ).toBe(0);
    });
  });
}
