import { beforeEach, describe, expect, it } from 'vitest';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import { type StorageUnderTest, storeOf } from './store-under-test.js';

/** Records are returned as they were written. */
export function describeKeeping(name: string, subject: StorageUnderTest): void {
  describe(`${name} as a storage backend`, () => {
    const { store, read, withSession } = storeOf(subject);

    describe('keeping what was written', () => {
      beforeEach(withSession);

      it('distinguishes ids byte for byte', async () => {
        const ids = ['A', 'a', 'á', 'a\u0301', 'a-', 'aa', 'ａ', 'ß', 'ss', '🗡', '🗡\ufe0f'];
        await store().write(
          TASKS,
          ids.map((id, index) => taskWrite(id, 0, { row_index: index })),
        );
        for (const [index, id] of ids.entries()) {
          expect(await read(TASKS, id)).toMatchObject({ task_id: id, row_index: index });
        }
        expect(await store().existing(TASKS, ['A', 'a ', 'Á', 'a'])).toEqual(
          new Map([
            ['A', 's-1'],
            ['a', 's-1'],
          ]),
        );
      });

      it('keeps every plane of Unicode, in ids and in texts', async () => {
        const text =
          'é ß 漢字 한국어 עברית 🗡️👩‍👩‍👧‍👦 \u{10ffff} \u{1d11e} \ufffe tab\tline\nquote\'"\\ % _ ` --';
        await store().write(TASKS, [
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
        await store().write(TASKS, [taskWrite('big', 0, { source_text: text, target_text: text })]);
        const record = await read(TASKS, 'big');
        expect(record?.source_text === text && record.target_text === text).toBe(true);
      });

      it('keeps many large cells in one write', async () => {
        const text = 'y'.repeat(400_000);
        const writes = Array.from({ length: 60 }, (_, index) =>
          taskWrite(`big-${index}`, 0, { source_text: text }),
        );
        await store().write(TASKS, writes);
        expect(await store().count(TASKS, [])).toBe(60);
      });

      it('returns JSON unchanged: order of names, numbers, nesting, empty values', async () => {
        const game_info =
          '{"z":1,"a":[1.50,-0.25,1e21,3e-7,9007199254740991,true,null,"x"],"m":{"é":{},"empty":[]},"10":1,"2":2}';
        await store().write(SESSIONS, [sessionWrite('s-2', 0, { game_info, metadata: '{}' })]);
        expect(await read(SESSIONS, 's-2')).toMatchObject({ game_info, metadata: '{}' });
      });

      it('keeps the limits of numbers and of times', async () => {
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
        await store().write(TASKS, [
          taskWrite('least', 0, { ...least, ...times }),
          taskWrite('most', 0, { ...most, ...times }),
        ]);
        expect(await read(TASKS, 'least')).toMatchObject({ ...least, ...times });
        expect(await read(TASKS, 'most')).toMatchObject({ ...most, ...times });
      });

      it.each([0.0001, 0.1, 0.3333, 0.7, 0.9601, 0.9999])(
        'keeps a confidence of %f',
        async (confidence) => {
          await store().write(TASKS, [taskWrite('t-1', 0, { confidence })]);
          expect((await read(TASKS, 't-1'))?.confidence).toBe(confidence);
        },
      );

      it('keeps ids and names of the maximum length, in characters', async () => {
        const id = `${'漢'.repeat(63)}🗡`;
        const sheet_name = '🗡'.repeat(255);
        await store().write(TASKS, [taskWrite(id, 0, { sheet_name })]);
        expect(await read(TASKS, id)).toMatchObject({ task_id: id, sheet_name });
      });
    });
  });
}
