import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Collection, Field, FieldValue } from '../../../src/domain/collection.js';
import { foldWrites, mergeWrites } from '../../../src/domain/merge.js';
import {
  newerThan,
  parseSubjectId,
  subjectId,
  type TombstoneSubject,
  Tombstones,
} from '../../../src/domain/tombstone.js';
import { acceptedAt, type Version } from '../../../src/domain/version.js';
import { newWrite, OLDER_VERSIONS, type Write } from '../../../src/domain/write.js';
import {
  BASE_VERSION,
  MS,
  SESSIONS,
  sessionWrite,
  TASKS,
  taskWrite,
} from '../../support/records/writes.js';

const SPAN = 3 * MS;

/** Within three milliseconds, so that some share a millisecond and some start a new one. */
const anyVersion = fc.integer({ min: 1, max: SPAN });

function anyValue({ name, kind, rule }: Field): fc.Arbitrary<FieldValue> {
  if (name === 'session_id') return fc.constant('s-1');
  if (rule === 'greatest') return fc.nat(3);
  if (kind === 'integer' || kind === 'instant') return fc.nat(2);
  if (kind === 'ratio') return fc.constantFrom(0, 0.5, 1);
  if (kind === 'json') return fc.constantFrom(null, '{"a":1}', '{}');
  return fc.constantFrom('x', 'y');
}

function anyWrite({ fields }: Collection): fc.Arbitrary<Write> {
  const requiredKeys = fields.filter(({ required }) => required).map(({ name }) => name);
  const values = Object.fromEntries(fields.map((field) => [field.name, anyValue(field)]));
  return fc
    .tuple(anyVersion, fc.record(values, { requiredKeys }))
    .map(([version, some]) => newWrite('k', BASE_VERSION + version, some));
}

/** Writes of one key with different versions, as one instance assigns them. */
const writesOf = (collection: Collection, maxLength: number) =>
  fc.uniqueArray(anyWrite(collection), {
    minLength: 1,
    maxLength,
    selector: ({ version }) => version,
  });

/** The same writes in any order of arrival, merged in some groups, some of them repeatedly. */
const arrivalsOf = (collection: Collection, maxLength: number) =>
  writesOf(collection, maxLength).chain((writes) =>
    fc.record({
      writes: fc.constant(writes),
      arrived: fc.shuffledSubarray(writes, { minLength: writes.length }),
      repeated: fc.subarray(writes),
      cuts: fc.array(fc.nat(writes.length), { maxLength: 3 }),
    }),
  );

type Arrivals = typeof arrivalsOf extends (...args: never) => fc.Arbitrary<infer Value>
  ? Value
  : never;

function grouped({ arrived, repeated, cuts }: Arrivals): readonly (readonly Write[])[] {
  const all = [...arrived, ...repeated];
  const places = [0, ...[...cuts].sort((a, b) => a - b), all.length];
  return places
    .slice(1)
    .map((to, index) => all.slice(places[index], to))
    .filter(({ length }) => length > 0);
}

function mergedInGroups(collection: Collection, arrivals: Arrivals): Write {
  const groups = grouped(arrivals).map((group) => foldWrites(collection, group));
  return foldWrites(collection, groups);
}

/**
 * What remains when a delete is one of the writes: the fold of those that were accepted after it.
 */
function expected(collection: Collection, writes: readonly Write[], deleted: Version) {
  const newer = writes.filter(({ version }) => version > deleted);
  return newer.length === 0 ? null : foldWrites(collection, newer);
}

const anyDeletes = fc.array(
  anyVersion.map((version) => BASE_VERSION + version),
  { minLength: 1, maxLength: 3 },
);

describe.each([
  ['a session', SESSIONS],
  ['a task', TASKS],
] as const)('what a delete leaves of merged writes of %s', (_name, collection: Collection) => {
  it('is the fold of those accepted after it, in any order and grouping', () => {
    fc.assert(
      fc.property(
        arrivalsOf(collection, OLDER_VERSIONS + 1),
        anyDeletes,
        (arrivals, [deleted = 0]) => {
          const left = newerThan(collection, mergedInGroups(collection, arrivals), deleted);
          expect(left).toEqual(expected(collection, arrivals.writes, deleted));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is the same if the delete came between the writes, before them, or several times', () => {
    fc.assert(
      fc.property(arrivalsOf(collection, OLDER_VERSIONS + 1), anyDeletes, (arrivals, deletes) => {
        let left: Write | null = null;
        for (const group of grouped(arrivals)) {
          const remaining = deletes.reduce<Write | null>(
            (write, deleted) => write && newerThan(collection, write, deleted),
            foldWrites(collection, group),
          );
          if (remaining !== null)
            left = left === null ? remaining : mergeWrites(collection, left, remaining);
        }
        const newest = Math.max(...deletes);
        expect(left).toEqual(expected(collection, arrivals.writes, newest));
      }),
      { numRuns: 1000 },
    );
  });

  it('differs at most in created_at if more writes were merged than it stores versions for', () => {
    fc.assert(
      fc.property(
        arrivalsOf(collection, 3 * OLDER_VERSIONS),
        anyDeletes,
        (arrivals, [deleted = 0]) => {
          const left = newerThan(collection, mergedInGroups(collection, arrivals), deleted);
          const exact = expected(collection, arrivals.writes, deleted);
          expect(left && { ...left, createdAt: 0 }).toEqual(exact && { ...exact, createdAt: 0 });
          if (left === null || exact === null) return;
          expect(left.createdAt).toBeGreaterThanOrEqual(exact.createdAt);
          expect(left.createdAt).toBeLessThanOrEqual(acceptedAt(left.version));
          // Otherwise a caller that repeats until nothing is covered would repeat forever.
          expect(newerThan(collection, left, deleted)).toBe(left);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a delete', () => {
  it('does not change a write that was accepted after it', () => {
    const write = taskWrite('t-1', 2);
    expect(newerThan(TASKS, write, BASE_VERSION + 1)).toBe(write);
  });

  it('covers a write of the same version', () => {
    expect(newerThan(TASKS, taskWrite('t-1', 2), BASE_VERSION + 2)).toBeNull();
  });

  it('lowers a counter to the greatest value that was accepted after it', () => {
    const merged = foldWrites(SESSIONS, [
      sessionWrite('s-1', 1, { completed_tasks: 50, failed_tasks: 3 }),
      sessionWrite('s-1', 3, { completed_tasks: 7 }),
      sessionWrite('s-1', 4, { completed_tasks: 5 }),
    ]);
    expect(merged.fields).toMatchObject({ completed_tasks: 50, failed_tasks: 3 });
    const left = newerThan(SESSIONS, merged, BASE_VERSION + 2);
    expect(left?.fields).toMatchObject({ completed_tasks: 7 });
    expect(left?.fields).not.toHaveProperty('failed_tasks');
  });

  it('makes created_at the time of the first write after it', () => {
    const merged = foldWrites(
      TASKS,
      [1, 3, 4].map((millisecond) => taskWrite('t-1', millisecond * MS)),
    );
    const left = newerThan(TASKS, merged, BASE_VERSION + 2 * MS);
    expect(left?.createdAt).toBe(acceptedAt(BASE_VERSION + 3 * MS));
  });
});

describe('tombstones', () => {
  const writes = [taskWrite('t-1', 2), taskWrite('t-2', 2, { session_id: 's-2' })];
  const session = { collection: SESSIONS.name, key: 's-1', parent: null } as const;
  const covering = (subject: TombstoneSubject, version: number) =>
    new Tombstones(new Map([[subjectId(subject), BASE_VERSION + version]]));
  const left = (tombstones: Tombstones) =>
    tombstones.remaining(TASKS, writes).map(({ key }) => key);

  it('of a session cover its tasks', () => {
    expect(left(covering({ kind: 'deleted', ...session }, 2))).toEqual(['t-2']);
  });

  it('of a deleted task cover that task', () => {
    const subject = { kind: 'deleted', collection: TASKS.name, key: 't-2', parent: null } as const;
    expect(left(covering(subject, 2))).toEqual(['t-1']);
  });

  it('of a dropped task cover that task, if it names the same session', () => {
    const dropped = { kind: 'dropped', collection: TASKS.name, key: 't-2' } as const;
    expect(left(covering({ ...dropped, parent: 's-2' }, 2))).toEqual(['t-1']);
    expect(left(covering({ ...dropped, parent: 's-1' }, 2))).toEqual(['t-1', 't-2']);
  });

  it('of a dropped session cover it, but not its tasks', () => {
    const tombstones = covering({ kind: 'dropped', ...session }, 2);
    expect(left(tombstones)).toEqual(['t-1', 't-2']);
    expect(tombstones.remaining(SESSIONS, [sessionWrite('s-1', 2)])).toEqual([]);
  });

  it('cover a session by its own key', () => {
    const sessions = [sessionWrite('s-1', 2), sessionWrite('s-2', 2)];
    const tombstones = covering({ kind: 'deleted', ...session }, 2);
    expect(tombstones.remaining(SESSIONS, sessions)).toEqual([sessions[1]]);
  });

  it('that cover nothing return the same list', () => {
    expect(new Tombstones(new Map()).remaining(TASKS, writes)).toBe(writes);
    expect(covering({ kind: 'deleted', ...session }, 1).remaining(TASKS, writes)).toBe(writes);
  });
});

describe('the id of a tombstone', () => {
  it.each(['', 'deleted:tasks', 'buried:tasks/t-1', 'deleted/tasks:t-1'])(
    'is not a text such as %j',
    (text) => {
      expect(() => parseSubjectId(text)).toThrow('this is no id of a tombstone');
    },
  );
});
