import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../../src/domain/collection.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { coalesce, foldWrites, mergeWrites } from '../../../src/domain/merge.js';
import { acceptedAt } from '../../../src/domain/version.js';
import { newWrite, toRecord, versionOfField, type Write } from '../../../src/domain/write.js';

const AT = 1_790_000_000_000_000;

const task = (version: number, fields: Record<string, FieldValue> = {}): Write =>
  newWrite('t-1', AT + version, {
    session_id: 's-1',
    batch_id: 'b-1',
    sheet_name: 'Items',
    row_index: 1,
    column_name: 'fr',
    source_text: 'sword',
    status: 'pending',
    ...fields,
  });

const session = (version: number, fields: Record<string, FieldValue> = {}): Write =>
  newWrite('s-1', AT + version, {
    filename: 'items.xlsx',
    file_path: '/items.xlsx',
    status: 'processing',
    llm_provider: 'openai',
    ...fields,
  });

describe('merging two writes of a task', () => {
  it('keeps the value accepted last, whichever arrives last', () => {
    const older = task(1, { status: 'pending' });
    const newer = task(2, { status: 'completed' });
    expect(mergeWrites(TASKS, older, newer).fields.status).toBe('completed');
    expect(mergeWrites(TASKS, newer, older).fields.status).toBe('completed');
  });

  it('keeps the value that arrives later if both were accepted at the same time', () => {
    const merged = mergeWrites(TASKS, task(1, { target_text: 'a' }), task(1, { target_text: 'b' }));
    expect(merged.fields.target_text).toBe('b');
  });

  it('keeps the value of a field that the newer write omits', () => {
    const merged = mergeWrites(TASKS, task(1, { target_text: 'épée' }), task(2));
    expect(merged.fields.target_text).toBe('épée');
    expect(versionOfField(merged, 'target_text')).toBe(AT + 1);
  });

  it('clears a field that the newer write sets to null, and an older write does not restore it', () => {
    const failed = task(1, { error_message: 'timeout' });
    const retried = task(2, { error_message: null });
    const merged = mergeWrites(TASKS, failed, retried);
    expect(merged.fields.error_message).toBeNull();
    expect(mergeWrites(TASKS, merged, failed).fields.error_message).toBeNull();
  });

  it('lets a late older write set only fields that no newer write contains', () => {
    const newer = task(2, { target_text: 'new' });
    const late = task(1, { target_text: 'old', context: 'inventory', status: 'processing' });
    const merged = mergeWrites(TASKS, newer, late);
    expect(merged.fields).toMatchObject({
      target_text: 'new',
      context: 'inventory',
      status: 'pending',
    });
    expect(merged.version).toBe(AT + 2);
  });

  it('does not let an old value that was coalesced into a new write replace a value accepted between them', () => {
    const coalesced = mergeWrites(TASKS, task(1, { target_text: 'a' }), task(3));
    const between = task(2, { target_text: 'b' });
    expect(mergeWrites(TASKS, between, coalesced).fields.target_text).toBe('b');
  });

  it('keeps the earliest accepted time as created_at and shows the latest as updated_at', () => {
    const merged = mergeWrites(TASKS, task(5_000), task(2_000));
    expect(merged.createdAt).toBe(acceptedAt(AT + 2_000));
    expect(toRecord(TASKS, merged).updated_at).toBe(acceptedAt(AT + 5_000));
  });
});

describe('merging two writes of a session', () => {
  it.each(['total_tasks', 'completed_tasks', 'failed_tasks'])('never lowers %s', (counter) => {
    const high = session(1, { [counter]: 7 });
    const low = session(2, { [counter]: 3 });
    expect(mergeWrites(SESSIONS, high, low).fields[counter]).toBe(7);
    expect(mergeWrites(SESSIONS, low, high).fields[counter]).toBe(7);
  });

  it('replaces processing_tasks, which may decrease', () => {
    const merged = mergeWrites(
      SESSIONS,
      session(1, { processing_tasks: 9 }),
      session(2, { processing_tasks: 0 }),
    );
    expect(merged.fields.processing_tasks).toBe(0);
  });
});

describe('a record', () => {
  it('shows initial values for fields that no write contained, in the order of the collection', () => {
    const record = toRecord(SESSIONS, session(0));
    expect(record).toMatchObject({ game_info: null, metadata: null, total_tasks: 0 });
    expect(Object.keys(record)).toEqual([
      'session_id',
      ...SESSIONS.fields.map(({ name }) => name),
      'created_at',
      'updated_at',
    ]);
  });
});

describe('coalescing', () => {
  it('keeps one write per key, in the order in which keys first occur', () => {
    const other = { ...task(1), key: 't-0' };
    const merged = coalesce(TASKS, [task(1), other, task(2, { status: 'completed' })]);
    expect(merged.map(({ key, fields }) => [key, fields.status])).toEqual([
      ['t-1', 'completed'],
      ['t-0', 'pending'],
    ]);
  });
});

const anyTask = fc
  .record(
    {
      version: fc.integer({ min: 1, max: 40 }),
      status: fc.constantFrom('pending', 'processing', 'completed'),
      target_text: fc.option(fc.constantFrom('x', 'y')),
      error_message: fc.option(fc.constantFrom('e', 'f')),
      retry_count: fc.nat(5),
    },
    { requiredKeys: ['version', 'status'] },
  )
  .map(({ version, ...fields }) => task(version, fields));

const anyHistory = fc.uniqueArray(anyTask, {
  minLength: 1,
  maxLength: 8,
  selector: (write) => write.version,
});

describe('for any history of writes, the merged state', () => {
  it('does not depend on the order of arrival, on repetition, or on how writes were grouped', () => {
    fc.assert(
      fc.property(
        anyHistory.chain((writes) =>
          fc.tuple(
            fc.constant(writes),
            fc.shuffledSubarray(writes, { minLength: writes.length }),
            fc.array(fc.constantFrom(...writes), { maxLength: 6 }),
            fc.nat(writes.length),
          ),
        ),
        ([writes, shuffled, repeated, cut]) => {
          const expected = foldWrites(TASKS, writes);
          expect(foldWrites(TASKS, [...shuffled, ...repeated])).toEqual(expected);
          const groups = [shuffled.slice(0, cut), shuffled.slice(cut)].filter(
            ({ length }) => length > 0,
          );
          expect(
            foldWrites(
              TASKS,
              groups.map((group) => foldWrites(TASKS, group)),
            ),
          ).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
