import { describe, expect, it } from 'vitest';
import { Upserts, upsertText } from '../../../src/adapters/storage/sql/statements/upsert.js';
import type { CollectionTable } from '../../../src/adapters/storage/sql/tables/collection-table.js';
import { storeTables } from '../../../src/adapters/storage/sql/tables/store-tables.js';
import { tables as schema } from '../../../src/adapters/storage/sqlite/schema.js';
import { SqliteDialect } from '../../../src/adapters/storage/sqlite/sqlite-dialect.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { newWrite } from '../../../src/domain/write.js';

const { collections: tables } = storeTables(schema);

describe.each(tables)('the upsert of $collection.name', (table) => {
  const { head, row, tail } = upsertText(new SqliteDialect(), table);
  const assigned = [...tail.matchAll(/(?:set|,) "(\w+)" = /g)].map(([, name]) => name);

  it('assigns every column except the key, once', () => {
    const names = table.specs.map(({ name }) => name).filter((name) => name !== table.key.name);
    expect([...assigned].sort()).toEqual([...names].sort());
  });

  // MySQL assigns from left to right and reads values that it has just assigned.
  it('assigns each column before the version that guards it', () => {
    for (const { name, versionColumn } of table.versioned) {
      expect(assigned.indexOf(name)).toBeLessThan(assigned.indexOf(versionColumn));
    }
    expect(assigned.slice(-2)).toEqual(['carried_fields', 'version']);
  });

  it('has one placeholder for each column that it names', () => {
    expect(row.match(/\?/g)).toHaveLength(table.specs.length);
    expect(head.match(/"\w+"/g)).toHaveLength(table.specs.length + 1);
  });
});

describe('the upsert of writes', () => {
  const table = tables.find(({ collection }) => collection === TASKS) as CollectionTable;
  const upserts = new Upserts(new SqliteDialect(), table);
  const write = newWrite('t-1', 5000, { target_text: 'a', context: 'b', session_id: 's-1' });
  const older = { ...write, key: 't-2', olderFields: { context: 4000 } };

  it('names no version column if every field is as new as its record', () => {
    const { text, older } = upserts.for([write]);
    expect(older).toEqual([]);
    expect(text.head).not.toContain('older_version');
    expect(text.row.match(/\?/g)).toHaveLength(table.specs.length - table.versioned.length);
  });

  it('names the version columns of the fields that are older in some write', () => {
    const { text } = upserts.for([write, older]);
    expect(text.head.match(/"(\w+_older_version)"/g)).toEqual(['"context_older_version"']);
  });

  it('is written once for each set of these', () => {
    expect(upserts.for([older, write])).toBe(upserts.for([older]));
    expect(upserts.for([write])).not.toBe(upserts.for([older]));
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
    ['a counter: by its value', 'total_tasks', 'total_tasks'],
    ['the time of the update: by the version of the record', 'updated_at', 'version'],
  ])('guard %s', (_what, name, guard) => {
    expect(assignment(name)).toContain(
      `"${name}" = case when excluded."${guard}" >= ${stored(guard)} then excluded."${name}" else ${stored(name)} end`,
    );
  });

  it.each(['metadata', 'processing_tasks'])('guard %s by its own version', (name) => {
    expect(session.tail).toContain(`"${name}" = case when (excluded."carried_fields" & `);
    expect(session.tail).toContain(
      `<> 0 and (coalesce(excluded."${name}_older_version", excluded."version") >= `,
    );
  });

  it('keep the earlier creation time', () => {
    expect(assignment('created_at')).toContain(`excluded."created_at" < ${stored('created_at')}`);
  });
});
