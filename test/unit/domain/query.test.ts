import { describe, expect, it } from 'vitest';
import { collectionOf } from '../../../src/domain/collections/family.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import {
  consistentTotal,
  isDeep,
  positionOf,
  totalPages,
  unfinished,
} from '../../../src/domain/query.js';
import { expired } from '../../../src/domain/retention.js';

describe('paging', () => {
  it.each([
    [0, 20, 0],
    [1, 20, 1],
    [20, 20, 1],
    [21, 20, 2],
  ])('%i records in pages of %i make %i pages', (total, size, pages) => {
    expect(totalPages(total, size)).toBe(pages);
  });

  it('derives the position of a record from its sort value and key', () => {
    const record = { task_id: 't-1', row_index: 7 };
    expect(positionOf(record, 'task_id', { field: 'row_index', direction: 'asc' })).toEqual({
      value: 7,
      key: 't-1',
    });
  });
});

describe('a total beside a window', () => {
  const page = (number: number) => ({ kind: 'page', page: number, size: 20 }) as const;
  const after = { kind: 'after', position: { value: 1, key: 'k' }, size: 20 } as const;

  it.each([
    ['is unchanged if nothing contradicts it', 45, page(2), 20, true, 45],
    ['is the number seen on the last page', 45, page(2), 12, false, 32],
    ['is the number seen if the first page is empty', 20_000, page(1), 0, false, 0],
    ['ends before an empty page', 45, page(2), 0, false, 20],
    ['is unchanged before an empty page beyond it', 15, page(3), 0, false, 15],
    ['is more than the number seen if more follow', 15, page(2), 20, true, 41],
    ['is at least what a cursor page shows', 15, after, 20, false, 20],
    ['is more than what a cursor page shows if more follow', 20, after, 20, true, 21],
    ['is unchanged beside a cursor page', 45, after, 20, true, 45],
  ] as const)('%s', (_name, total, window, shown, moreFollow, expected) => {
    expect(consistentTotal(total, window, shown, moreFollow)).toBe(expected);
  });

  it('is counted with a window after ten thousand records', () => {
    expect([page(500), page(501), after].map(isDeep)).toEqual([false, true, false]);
  });
});

describe('retention', () => {
  it('includes finished sessions created before their cut-off, the failed ones separately', () => {
    const now = Date.UTC(2026, 10, 24);
    const day = 86_400_000;
    expect(expired(SESSIONS, { completedDays: 90, failedDays: 30 }, now)).toEqual([
      [
        { kind: 'one-of', field: 'status', values: ['completed', 'cancelled', 'skipped'] },
        { kind: 'range', field: 'created_at', until: now - 90 * day - 1 },
      ],
      [
        { kind: 'one-of', field: 'status', values: ['failed'] },
        { kind: 'range', field: 'created_at', until: now - 30 * day - 1 },
      ],
    ]);
  });
});

describe('a collection without a status', () => {
  const plain = { ...SESSIONS, status: null };

  it('has no record that expires, and none that is unfinished', () => {
    expect(expired(plain, { completedDays: 90, failedDays: 30 }, 0)).toEqual([]);
    expect(unfinished(plain)).toEqual({ kind: 'one-of', field: 'session_id', values: [] });
  });
});

describe('the collections', () => {
  it('are a closed list: another name is a bug', () => {
    expect(() => collectionOf('games')).toThrow('there is no collection games');
  });

  it('are listed with parents before their children', () => {
    const seen = new Set<string>();
    for (const { name, parent } of COLLECTIONS) {
      if (parent !== null) expect(seen).toContain(parent.collection);
      seen.add(name);
    }
  });

  it('are found by name', () => {
    for (const collection of COLLECTIONS) expect(collectionOf(collection.name)).toBe(collection);
  });

  it('sort only by fields that they have', () => {
    for (const { fields, sorts } of COLLECTIONS) {
      const names = [...fields.map(({ name }) => name), 'created_at', 'updated_at'];
      expect(names).toEqual(expect.arrayContaining(sorts.map(({ field }) => field)));
    }
  });
});
