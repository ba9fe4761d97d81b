import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collection, FieldValue } from '../../../src/domain/collection.js';
import { RecordRefusedError } from '../../../src/domain/errors.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../../support/records/writes.js';
import type { StorageUnderTest } from './store-under-test.js';

const MIB = 1_048_576;
/** One character of 4 bytes. */
const wide = '🗡';

/**
 * What a store itself refuses. The API refuses all of this before it is accepted. The store is the
 * last check, and no store may truncate, round or convert a value to make it fit.
 */
export function describeRefusals(name: string, subject: StorageUnderTest): void {
  describe(`${name} refuses`, () => {
    let store: StorageBackend;
    beforeAll(async () => {
      store = await subject.open();
    }, 120_000);
    afterAll(() => subject.close());
    beforeEach(async () => {
      await subject.empty();
      await store.write(SESSIONS, [sessionWrite('s-1', 0)]);
    });

    it.each<[string, Collection, Record<string, FieldValue>]>([
      ['a status of 21 characters', TASKS, { status: 'x'.repeat(21) }],
      ['a batch id of 65 characters', TASKS, { batch_id: wide.repeat(65) }],
      ['a sheet name of 256 characters', TASKS, { sheet_name: 'é'.repeat(256) }],
      ['a file name of 256 characters', SESSIONS, { filename: wide.repeat(256) }],
      ['a file path of 513 characters', SESSIONS, { file_path: 'x'.repeat(513) }],
      ['a text of 1 MiB and one byte', TASKS, { source_text: 'x'.repeat(MIB + 1) }],
      ['a text of 1 MiB in fewer characters', TASKS, { target_text: `${wide.repeat(MIB / 4)}x` }],
      ['JSON of more than 1 MiB', SESSIONS, { metadata: `{"text":"${'x'.repeat(MIB)}"}` }],
      ['an integer of 2^31', TASKS, { row_index: 2_147_483_648 }],
      ['a counter of 2^31', SESSIONS, { total_tasks: 2_147_483_648 }],
      ['an integer below 0', TASKS, { retry_count: -1 }],
      ['a confidence above 1', TASKS, { confidence: 1.0001 }],
      ['a confidence below 0', TASKS, { confidence: -0.0001 }],
    ])('%s, and keeps nothing of that write', async (_what, collection, fields) => {
      const make = collection === TASKS ? taskWrite : sessionWrite;
      const before = await store.count(collection, []);
      const writes = [make('good-1', 1), make('bad', 1, fields), make('good-2', 1)];
      await expect(store.write(collection, writes)).rejects.toMatchObject({
        name: 'RecordRefusedError',
        reason: 'VALUE_OUT_OF_RANGE',
      });
      expect(await store.count(collection, [])).toBe(before);
    });

    it('an id that is too long, even if it starts like an existing one', async () => {
      const id = 'x'.repeat(64);
      await store.write(TASKS, [taskWrite(id, 1, { status: 'completed' })]);
      await expect(store.write(TASKS, [taskWrite(`${id}y`, 2)])).rejects.toMatchObject({
        reason: 'VALUE_OUT_OF_RANGE',
      });
      expect(await store.count(TASKS, [])).toBe(1);
    });

    it('a record without a required value', async () => {
      const write = taskWrite('t-1', 1, { source_text: null });
      await expect(store.write(TASKS, [write])).rejects.toMatchObject({
        name: 'RecordRefusedError',
        reason: 'CONSTRAINT',
      });
    });

    it('an invalid value even if a newer stored one would win', async () => {
      await store.write(TASKS, [taskWrite('t-1', 2)]);
      await expect(
        store.write(TASKS, [taskWrite('t-1', 1, { status: 'x'.repeat(21) })]),
      ).rejects.toMatchObject({ reason: 'VALUE_OUT_OF_RANGE' });
    });

    it('a record without changing the stored one', async () => {
      await store.write(TASKS, [taskWrite('t-1', 1, { target_text: 'épée' })]);
      const before = await store.read(TASKS, 't-1');
      const writes = [
        taskWrite('t-1', 2, { target_text: 'lame' }),
        taskWrite('t-2', 2, { session_id: 'nowhere' }),
      ];
      await expect(store.write(TASKS, writes)).rejects.toMatchObject({ reason: 'MISSING_PARENT' });
      expect(await store.read(TASKS, 't-1')).toEqual(before);
    });

    it.each([
      ['newer', 5],
      ['older', 1],
      ['of the same version', 2],
    ])('a write that names another session than the stored one, %s', async (_what, version) => {
      await store.write(SESSIONS, [sessionWrite('s-2', 0)]);
      await store.write(TASKS, [taskWrite('t-1', 2, { target_text: 'paid' })]);
      const before = await store.read(TASKS, 't-1');
      const writes = [
        taskWrite('t-0', version),
        taskWrite('t-1', version, { session_id: 's-2', target_text: 'other' }),
        taskWrite('t-2', version),
      ];
      const error = await store.write(TASKS, writes).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RecordRefusedError);
      // SQL distinguishes it from other violated constraints only by reading the stored record.
      expect(['SESSION_MISMATCH', 'CONSTRAINT']).toContain((error as RecordRefusedError).reason);
      expect(await store.read(TASKS, 't-1')).toEqual(before);
      expect(await store.count(TASKS, [])).toBe(1);
      expect(await store.existing(TASKS, ['t-0', 't-1'])).toEqual(new Map([['t-1', 's-1']]));
    });

    it('a session that differs in case or accents from the existing one', async () => {
      for (const session_id of ['S-1', 's-1 ', 's-１']) {
        await expect(
          store.write(TASKS, [taskWrite('t-1', 1, { session_id })]),
        ).rejects.toMatchObject({ reason: 'MISSING_PARENT' });
      }
    });
  });
}
