import { describe, expect, it } from 'vitest';
import { upsertText } from '../../../src/adapters/storage/sql/statements/upsert.js';
import type { CollectionTable } from '../../../src/adapters/storage/sql/tables/collection-table.js';
import { versionColumn } from '../../../src/adapters/storage/sql/tables/columns.js';
import { storeTables } from '../../../src/adapters/storage/sql/tables/store-tables.js';
import { tables as schema } from '../../../src/adapters/storage/sqlite/schema.js';
import { SqliteDialect } from '../../../src/adapters/storage/sqlite/sqlite-dialect.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';

const { collections: tables } = storeTables(schema);

describe.each(tables)('the upsert of $collection.name', (table) => {
  const { head, row, tail } = upsertText(new SqliteDialect(), table);
  const assigned = [...tail.matchAll(/"(\w+)" = case/g)].map(([, name]) => name);

  it('assigns every column except the key, once', () => {
    const names = table.specs.map(({ name }) => name).filter((name) => name !== table.key.name);
    expect([...assigned].sort()).toEqual([...names].sort());
  });

  // MySQL assigns from left to right and reads values that it has just assigned.
  it('assigns each column before the version that guards it', () => {
    for (const field of table.versioned) {
      expect(assigned.indexOf(field)).toBeLessThan(assigned.indexOf(versionColumn(field)));
    }
    expect(assigned.at(-1)).toBe('version');
  });

  it('has one placeholder for each column that it names', () => {
    expect(row.match(/\?/g)).toHaveLength(table.specs.length);
    expect(head.match(/"\w+"/g)).toHaveLength(table.specs.length + 1);
  });
});

describe('the assignments of the upsert', () => {
  const session = upsertText(
    new SqliteDialect(),
    tables.find(({ collection }) => collection.name === SESSIONS.name) as CollectionTable,
  );
  const assignment = (name: string) =>
    session.tail.split(', ').find((part) => part.includes(`"${name}" = case`));
  const stored = (name: string) => `"translation_sessions"."${name}"`;

  it.each([
    ['a required field: by the version of the record', 'status', 'version'],
    ['an optional field: by its own version', 'metadata', 'metadata_version'],
    ['a gauge: by its own version', 'processing_tasks', 'processing_tasks_version'],
    ['a counter: by its value', 'total_tasks', 'total_tasks'],
    ['the time of the update: by the version of the record', 'updated_at', 'version'],
  ])('guard %s', (_what, name, guard) => {
    expect(assignment(name)).toContain(
      `"${name}" = case when excluded."${guard}" >= ${stored(guard)} then excluded."${name}" else ${stored(name)} end`,
    );
  });

  it('keep the earlier creation time', () => {
    expect(assignment('created_at')).toContain(`excluded."created_at" < ${stored('created_at')}`);
  });
});
