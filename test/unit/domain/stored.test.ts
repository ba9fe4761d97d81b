import { describe, expect, it } from 'vitest';
import { checksumOf, printedChecksum } from '../../../src/domain/checksum.js';
import { mergeWrites } from '../../../src/domain/merge.js';
import { copyOf, holds, sameStored } from '../../../src/domain/stored.js';
import {
  deletedSubject,
  newerThan,
  parseSubjectId,
  subjectId,
} from '../../../src/domain/tombstone.js';
import { BASE_VERSION, MS, SESSIONS, TASKS, taskWrite } from '../../support/records/writes.js';

const stored = taskWrite('t-1', 5 * MS, { target_text: 'x', retry_count: 2 });

/** Each differs from `stored` in one thing. */
const different = [
  ['a value', taskWrite('t-1', 5 * MS, { target_text: 'y', retry_count: 2 })],
  ['a field that no write contained', taskWrite('t-1', 5 * MS, { target_text: 'x' })],
  ['null', taskWrite('t-1', 5 * MS, { target_text: 'x', retry_count: 2, context: null })],
  ['a version', { ...stored, version: BASE_VERSION + 5 * MS + 1 }],
  ['the version of a field', { ...stored, olderFields: { target_text: BASE_VERSION } }],
  ['the creation time', { ...stored, createdAt: stored.createdAt - 1 }],
] as const;

describe('two stored records', () => {
  it('are the same, whatever is left of the versions of their parts', () => {
    const merged = { ...stored, olderVersions: [BASE_VERSION] };
    expect(sameStored(TASKS, stored, merged)).toBe(true);
    expect(checksumOf(TASKS, merged)).toBe(checksumOf(TASKS, stored));
  });

  it.each(different)('differ in %s, and so do their checksums', (_, other) => {
    expect(sameStored(TASKS, stored, other)).toBe(false);
    expect(checksumOf(TASKS, other)).not.toBe(checksumOf(TASKS, stored));
  });

  it('have a checksum of 64 bits', () => {
    expect(printedChecksum(checksumOf(TASKS, stored))).toMatch(/^[0-9a-f]{16}$/);
    expect(printedChecksum(1n)).toBe('0000000000000001');
  });
});

it('a record holds a write if merging it changes nothing', () => {
  const newer = mergeWrites(TASKS, stored, taskWrite('t-1', 9 * MS, { status: 'completed' }));
  expect(holds(TASKS, newer, stored)).toBe(true);
  expect(holds(TASKS, stored, newer)).toBe(false);
  expect(holds(TASKS, newer, { ...stored, fields: { ...stored.fields, session_id: 's-2' } })).toBe(
    false,
  );
});

it('a stored record that is copied stays whole after a delete in the millisecond of its creation', () => {
  const first = taskWrite('t-1', 900, { context: 'kept' });
  const { olderVersions: _, ...row } = mergeWrites(TASKS, first, taskWrite('t-1', 7 * MS));
  const before = BASE_VERSION + 500;
  expect(newerThan(TASKS, copyOf(row), before)).toEqual(copyOf(row));
  expect(copyOf(stored)).toBe(stored);
});

it('the subject of a tombstone is read from its id', () => {
  const subjects = [
    deletedSubject(SESSIONS.name, 'a:b/c 🗡\ny'),
    { kind: 'dropped', collection: TASKS.name, key: 'é/', parent: 's:1/x' },
    { kind: 'gone', collection: TASKS.name, key: '', parent: null },
  ] as const;
  expect(subjects.map((subject) => parseSubjectId(subjectId(subject)))).toEqual(subjects);
  expect(() => parseSubjectId('neither:tasks/t-1')).toThrow('no id of a tombstone');
});
