import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../src/domain/collection.js';
import { RecordRefusedError } from '../../src/domain/errors.js';
import { type Condition, DEFAULT_SORT, type Sort } from '../../src/domain/query.js';
import { toRecord, type Write } from '../../src/domain/write.js';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { BASE_VERSION, SESSIONS, sessionWrite, TASKS, taskWrite } from '../support/writes.js';

export interface StorageUnderTest {
  /** Gives an open backend that holds both collections; called once. */
  open(): Promise<StorageBackend>;
  close(): Promise<void>;
}

const MS = 1000;

/** What every StorageBackend promises; see ports/storage-backend.ts. */
export function describeStorageBackend(name: string, subject: StorageUnderTest): void {
  describe(`${name} as a storage backend`, () => {
    let store: StorageBackend;

    beforeAll(async () => {
      store = await subject.open();
    }, 120_000);
    afterAll(() => subject.close());
    beforeEach(async () => {
      while ((await store.delete(SESSIONS, [], 1000)) > 0);
    });

    const read = async (collection: Collection, key: string) => {
      const write = await store.read(collection, key);
      return write === null ? null : toRecord(collection, write);
    };
    const withSession = () => store.write(SESSIONS, [sessionWrite('s-1', 0)]);
    const keysOf = async (
      conditions: readonly Condition[],
      sort: Sort = DEFAULT_SORT,
      collection: Collection = TASKS,
    ) => {
      const window = { kind: 'page', page: 1, size: 1000 } as const;
      return (await store.query(collection, { conditions, sort, window })).items.map(
        ({ key }) => key,
      );
    };

    describe('merging', () => {
      beforeEach(withSession);

      it('shows initial values for what was never written', async () => {
        await store.write(TASKS, [taskWrite('t-1', 0)]);
        expect(await read(TASKS, 't-1')).toMatchObject({
          target_text: null,
          retry_count: 0,
          duration_ms: null,
        });
      });

      it('keeps a field that a later write leaves out', async () => {
        await store.write(TASKS, [taskWrite('t-1', 1, { target_text: 'épée', retry_count: 3 })]);
        await store.write(TASKS, [taskWrite('t-1', 2, { status: 'completed' })]);
        expect(await read(TASKS, 't-1')).toMatchObject({
          target_text: 'épée',
          retry_count: 3,
          status: 'completed',
        });
      });

      it('clears a field that a later write sets to null', async () => {
        await store.write(TASKS, [
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
        await store.write(TASKS, [taskWrite('t-1', 2, cleared)]);
        expect(await read(TASKS, 't-1')).toMatchObject(cleared);
      });

      it('leaves a cleared field cleared when an older write comes again', async () => {
        const failed = taskWrite('t-1', 1, { error_message: 'timeout' });
        await store.write(TASKS, [failed]);
        await store.write(TASKS, [taskWrite('t-1', 2, { error_message: null })]);
        await store.write(TASKS, [failed]);
        expect(await read(TASKS, 't-1')).toMatchObject({ error_message: null });
      });

      it('lets a late older write fill only what no write has carried', async () => {
        await store.write(TASKS, [
          taskWrite('t-1', 5 * MS, { target_text: 'new', status: 'completed' }),
        ]);
        await store.write(TASKS, [
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

      it('does not let an old value inside a newer write beat one accepted between them', async () => {
        await store.write(TASKS, [taskWrite('t-1', 2, { target_text: 'b' })]);
        const coalesced: Write = {
          ...taskWrite('t-1', 3, { target_text: 'a' }),
          olderFields: { target_text: BASE_VERSION + 1 },
        };
        await store.write(TASKS, [coalesced]);
        expect(await read(TASKS, 't-1')).toMatchObject({ target_text: 'b' });
      });

      it('lets the write that arrives later win when both were accepted at the same time', async () => {
        await store.write(TASKS, [taskWrite('t-1', 1, { status: 'pending', target_text: 'a' })]);
        await store.write(TASKS, [taskWrite('t-1', 1, { status: 'completed', target_text: 'b' })]);
        expect(await read(TASKS, 't-1')).toMatchObject({ status: 'completed', target_text: 'b' });
      });

      it('never lowers a counter and replaces a gauge', async () => {
        const counters = {
          total_tasks: 9,
          completed_tasks: 8,
          failed_tasks: 7,
          processing_tasks: 6,
        };
        await store.write(SESSIONS, [sessionWrite('s-1', 1, counters)]);
        await store.write(SESSIONS, [
          sessionWrite('s-1', 2, {
            total_tasks: 1,
            completed_tasks: 1,
            failed_tasks: 1,
            processing_tasks: 1,
          }),
        ]);
        expect(await read(SESSIONS, 's-1')).toMatchObject({ ...counters, processing_tasks: 1 });
        await store.write(SESSIONS, [
          sessionWrite('s-1', 1, { total_tasks: 50, processing_tasks: 50 }),
        ]);
        expect(await read(SESSIONS, 's-1')).toMatchObject({ total_tasks: 50, processing_tasks: 1 });
      });

      it('reads back the versions that further merging needs', async () => {
        await store.write(TASKS, [taskWrite('t-1', 1, { context: 'shop' })]);
        await store.write(TASKS, [taskWrite('t-1', 2)]);
        const stored = await store.read(TASKS, 't-1');
        expect(stored?.version).toBe(BASE_VERSION + 2);
        expect(stored?.olderFields).toEqual({ context: BASE_VERSION + 1 });
        expect(stored?.fields).not.toHaveProperty('target_text');
      });

      it('moves a task to another session', async () => {
        await store.write(SESSIONS, [sessionWrite('s-2', 0)]);
        await store.write(TASKS, [taskWrite('t-1', 1)]);
        await store.write(TASKS, [taskWrite('t-1', 2, { session_id: 's-2' })]);
        expect(await read(TASKS, 't-1')).toMatchObject({ session_id: 's-2' });
      });

      it('gives the same record when writes of one key arrive at the same time', async () => {
        const writes = Array.from({ length: 12 }, (_, index) =>
          taskWrite('t-1', index, { retry_count: index, status: `s${index}` }),
        );
        await Promise.all(writes.map((write) => store.write(TASKS, [write])));
        expect(await read(TASKS, 't-1')).toMatchObject({ retry_count: 11, status: 's11' });
      });
    });

    describe('keeping what was written', () => {
      beforeEach(withSession);

      it('tells ids apart byte for byte', async () => {
        const ids = ['A', 'a', 'á', 'a\u0301', 'a-', 'aa', 'ａ', 'ß', 'ss', '🗡', '🗡\ufe0f'];
        await store.write(
          TASKS,
          ids.map((id, index) => taskWrite(id, 0, { row_index: index })),
        );
        for (const [index, id] of ids.entries()) {
          expect(await read(TASKS, id)).toMatchObject({ task_id: id, row_index: index });
        }
        expect(await store.existing(TASKS, ['A', 'a ', 'Á', 'a'])).toEqual(new Set(['A', 'a']));
      });

      it('keeps every plane of Unicode, in ids and in texts', async () => {
        const text =
          'é ß 漢字 한국어 עברית 🗡️👩‍👩‍👧‍👦 \u{10ffff} \u{1d11e} \ufffe tab\tline\nquote\'"\\ % _ ` --';
        await store.write(TASKS, [
          taskWrite('🗡️漢', 0, {
            source_text: text,
            target_text: text,
            context: text,
            sheet_name: text,
          }),
        ]);
        expect(await read(TASKS, '🗡️漢')).toMatchObject({
          source_text: text,
          target_text: text,
          context: text,
          sheet_name: text,
        });
      });

      it.each([
        ['98 KB', 98 * 1024],
        ['1 MiB', 1_048_576],
      ])('keeps a cell of %s', async (_size, bytes) => {
        const text = `${'漢'.repeat(Math.floor(bytes / 3))}${'x'.repeat(bytes % 3)}`;
        await store.write(TASKS, [taskWrite('big', 0, { source_text: text, target_text: text })]);
        const record = await read(TASKS, 'big');
        expect(record?.source_text === text && record.target_text === text).toBe(true);
      });

      it('keeps many large cells in one write', async () => {
        const text = 'y'.repeat(400_000);
        const writes = Array.from({ length: 60 }, (_, index) =>
          taskWrite(`big-${index}`, 0, { source_text: text }),
        );
        await store.write(TASKS, writes);
        expect(await store.count(TASKS, [])).toBe(60);
      });

      it('gives JSON back as it came: order of names, numbers, nesting, emptiness', async () => {
        const game_info = JSON.parse(
          '{"z":1,"a":[1.5,-0.25,1e21,3e-7,9007199254740991,true,null,"x"],"m":{"é":{},"empty":[]},"10":1,"2":2}',
        );
        await store.write(SESSIONS, [sessionWrite('s-2', 0, { game_info, metadata: {} })]);
        const record = await read(SESSIONS, 's-2');
        expect(JSON.stringify(record?.game_info)).toBe(JSON.stringify(game_info));
        expect(record?.metadata).toEqual({});
      });

      it('keeps the bounds of numbers and of times', async () => {
        const times = {
          start_time: Date.UTC(1000, 0, 1),
          end_time: Date.UTC(9999, 11, 31, 23, 59, 59, 999),
        };
        const least = { row_index: 0, retry_count: 0, duration_ms: 0, confidence: 0 };
        const most = {
          row_index: 2_147_483_647,
          retry_count: 2_147_483_647,
          duration_ms: 2_147_483_647,
          confidence: 1,
        };
        await store.write(TASKS, [
          taskWrite('least', 0, { ...least, ...times }),
          taskWrite('most', 0, { ...most, ...times }),
        ]);
        expect(await read(TASKS, 'least')).toMatchObject({ ...least, ...times });
        expect(await read(TASKS, 'most')).toMatchObject({ ...most, ...times });
      });

      it.each([0.0001, 0.1, 0.3333, 0.7, 0.9601, 0.9999])(
        'keeps a confidence of %f',
        async (confidence) => {
          await store.write(TASKS, [taskWrite('t-1', 0, { confidence })]);
          expect((await read(TASKS, 't-1'))?.confidence).toBe(confidence);
        },
      );

      it('keeps ids and names of the greatest length, in characters', async () => {
        const id = `${'漢'.repeat(63)}🗡`;
        const sheet_name = '🗡'.repeat(255);
        await store.write(TASKS, [taskWrite(id, 0, { sheet_name })]);
        expect(await read(TASKS, id)).toMatchObject({ task_id: id, sheet_name });
      });
    });

    describe('refusing', () => {
      it('a task without its session, and with it the whole write', async () => {
        await withSession();
        const writes = [taskWrite('t-1', 0), taskWrite('t-2', 0, { session_id: 'nowhere' })];
        await expect(store.write(TASKS, writes)).rejects.toMatchObject({
          reason: 'MISSING_PARENT',
        });
        await expect(store.write(TASKS, writes)).rejects.toBeInstanceOf(RecordRefusedError);
        expect(await store.count(TASKS, [])).toBe(0);
      });

      it('says nothing of the record in its message', async () => {
        const write = taskWrite('t-1', 0, { session_id: 'nowhere', source_text: 'SECRET' });
        const error = await store.write(TASKS, [write]).catch((thrown: Error) => thrown);
        expect(String(error)).not.toMatch(/SECRET|insert|nowhere/i);
      });
    });

    describe('lists', () => {
      const many = 23;
      beforeEach(async () => {
        await withSession();
        // Equal timestamps in groups of five, so that ties matter.
        await store.write(
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

      const sorts = TASKS.sortable.flatMap((field) => [
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
            const { items, next } = await store.query(TASKS, { conditions: [], sort, window });
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
            const { items, next }: Awaited<ReturnType<StorageBackend['query']>> = await store.query(
              TASKS,
              { conditions: [], sort, window },
            );
            walked.push(...items.map(({ key }) => key));
            window = next === null ? null : { kind: 'after', position: next, size: 4 };
          }
          expect(walked).toEqual(all);
        },
      );

      it('in one direction are the reverse of the other, ties included', async () => {
        for (const field of TASKS.sortable) {
          const ascending = await keysOf([], { field, direction: 'asc' });
          expect(await keysOf([], { field, direction: 'desc' })).toEqual(ascending.reverse());
        }
      });

      it('sort strings by their UTF-8 bytes', async () => {
        const names = ['a', 'B', 'á', 'z', '\uffee', '🗡', '漢'];
        await store.write(
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
        expect(await store.query(TASKS, { conditions: [], sort: DEFAULT_SORT, window })).toEqual({
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
        ['a status that none has', [{ kind: 'one-of', field: 'status', values: ['x'] }], 0],
        [
          'a sheet, by its exact name',
          [{ kind: 'one-of', field: 'sheet_name', values: ['items'] }],
          11,
        ],
        [
          'a sheet, trailing blanks included',
          [{ kind: 'one-of', field: 'sheet_name', values: ['items '] }],
          0,
        ],
        ['a batch', [{ kind: 'one-of', field: 'batch_id', values: ['b-0'] }], 6],
        ['a session', [{ kind: 'one-of', field: 'session_id', values: ['s-1'] }], 23],
        [
          'times, both ends included',
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
        ['a first time', [{ kind: 'range', field: 'created_at', from: BASE_VERSION / MS + 4 }], 3],
        ['a last time', [{ kind: 'range', field: 'created_at', until: BASE_VERSION / MS }], 5],
        [
          'several at once',
          [
            { kind: 'one-of', field: 'status', values: ['pending'] },
            { kind: 'one-of', field: 'batch_id', values: ['b-0'] },
          ],
          2,
        ],
      ])('and counts can be limited to %s', async (_what, conditions, expected) => {
        expect(await store.count(TASKS, conditions)).toBe(expected);
        expect(await keysOf(conditions)).toHaveLength(expected);
      });

      it.each([
        ['100% _done_', ['100%_x', '_DONE_'], '% _'],
        ['Ünïcode 🗡.xlsx', ['unicode'], '🗡'],
        ["it's", ['its'], "'"],
      ])('by a part of a name take it literally: %s', async (filename, others, part) => {
        await store.write(
          SESSIONS,
          [filename, ...others].map((name, index) =>
            sessionWrite(`f-${index}`, 0, { filename: name }),
          ),
        );
        expect(
          await keysOf(
            [{ kind: 'contains', field: 'filename', text: part }],
            DEFAULT_SORT,
            SESSIONS,
          ),
        ).toEqual(['f-0']);
      });

      it('by a part of a name tell upper from lower case', async () => {
        await store.write(SESSIONS, [sessionWrite('f-0', 0, { filename: 'Items.xlsx' })]);
        expect(
          await store.count(SESSIONS, [{ kind: 'contains', field: 'filename', text: 'Items.' }]),
        ).toBe(1);
        expect(
          await store.count(SESSIONS, [{ kind: 'contains', field: 'filename', text: 'ITEMS.' }]),
        ).toBe(0);
      });
    });

    describe('looking up', () => {
      it('tells which of many keys exist', async () => {
        await store.write(
          SESSIONS,
          Array.from({ length: 700 }, (_, index) => sessionWrite(`k-${index}`, 0)),
        );
        const keys = Array.from({ length: 1400 }, (_, index) => `k-${index}`);
        expect((await store.existing(SESSIONS, keys)).size).toBe(700);
        expect(await store.existing(SESSIONS, [])).toEqual(new Set());
      });

      it('answers null for a key that is not there', async () => {
        expect(await store.read(TASKS, 'nothing')).toBeNull();
      });
    });

    describe('deleting', () => {
      const ofSession = (key: string): Condition => ({
        kind: 'one-of',
        field: 'session_id',
        values: [key],
      });
      beforeEach(async () => {
        await store.write(SESSIONS, [sessionWrite('s-1', 0), sessionWrite('s-2', 0)]);
        await store.write(
          TASKS,
          Array.from({ length: 30 }, (_, index) =>
            taskWrite(`t-${index}`, index, { session_id: index < 20 ? 's-1' : 's-2' }),
          ),
        );
      });

      it('a session takes its tasks along, and only its own', async () => {
        expect(await store.delete(SESSIONS, [ofSession('s-1')], 10)).toBe(1);
        expect(await store.count(TASKS, [])).toBe(10);
        expect(await store.read(TASKS, 't-0')).toBeNull();
      });

      it('stops at its limit, and says how many it deleted', async () => {
        expect(await store.delete(TASKS, [ofSession('s-1')], 15)).toBe(15);
        expect(await store.delete(TASKS, [ofSession('s-1')], 15)).toBe(5);
        expect(await store.delete(TASKS, [ofSession('s-1')], 15)).toBe(0);
        expect(await store.count(TASKS, [])).toBe(10);
      });

      it('leaves no trace that a new record of the key could inherit', async () => {
        await store.write(TASKS, [taskWrite('t-0', 100, { target_text: 'x' })]);
        await store.delete(TASKS, [], 100);
        await store.write(TASKS, [taskWrite('t-0', 50)]);
        expect(await read(TASKS, 't-0')).toMatchObject({
          target_text: null,
          updated_at: Math.floor((BASE_VERSION + 50) / MS),
        });
      });
    });

    describe('summarizing', () => {
      it('counts by status and sums what is there, exactly', async () => {
        await withSession();
        await store.write(
          TASKS,
          Array.from({ length: 30 }, (_, index) =>
            taskWrite(`t-${index}`, 0, {
              status: index < 10 ? 'pending' : 'completed',
              ...(index < 10 ? {} : { confidence: 0.1, duration_ms: 2_000_000_000 }),
              retry_count: 1,
            }),
          ),
        );
        expect(await store.summarize(TASKS, ['confidence', 'duration_ms', 'retry_count'])).toEqual({
          total: 30,
          byStatus: { completed: 20, pending: 10 },
          sums: {
            confidence: { sum: 2, count: 20 },
            duration_ms: { sum: 40_000_000_000, count: 20 },
            retry_count: { sum: 30, count: 30 },
          },
        });
        expect(Object.keys((await store.summarize(TASKS, [])).byStatus)).toEqual([
          'completed',
          'pending',
        ]);
      });

      it('an empty collection is all zeros', async () => {
        expect(await store.summarize(TASKS, ['duration_ms'])).toEqual({
          total: 0,
          byStatus: {},
          sums: { duration_ms: { sum: 0, count: 0 } },
        });
      });
    });

    it('says that it is healthy, how large it is and what drives it', async () => {
      await store.healthCheck();
      expect(await store.sizeBytes()).toBeGreaterThanOrEqual(0);
      expect(store.driver).not.toBe('');
    });
  });
}
