import { describe, expect, it } from 'vitest';
import { parentsText } from '../../../src/adapters/storage/sql/statements/parents.js';
import { CollectionTable } from '../../../src/adapters/storage/sql/tables/collection-table.js';
import { tables } from '../../../src/adapters/storage/sqlite/schema.js';
import { SqliteDialect } from '../../../src/adapters/storage/sqlite/sqlite-dialect.js';
import type { Collection } from '../../../src/domain/collection.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { belongingTo } from '../../../src/domain/query.js';

const BESIDE = { match: 'equals', index: ['parent'] } as const;

/** Tasks with indexes over a session and each of these fields. */
function skips(...fields: readonly string[]): boolean {
  const collection: Collection = {
    ...TASKS,
    filters: [
      ...TASKS.filters,
      { ...BESIDE, parameter: 'column_name', field: 'column_name' },
      { ...BESIDE, parameter: 'error_message', field: 'error_message' },
    ],
  };
  const dialect = new SqliteDialect();
  const table = new CollectionTable(collection, tables[TASKS.name] as never);
  const conditions = fields.map((field) => belongingTo(field, 'x'));
  return dialect
    .render(parentsText(dialect, table, 'session_id', ['s'], conditions))
    .text.includes('recursive pairs');
}

describe('the search for parents goes from pair to pair', () => {
  it('for one required field that an index has beside the parent', () => {
    expect(skips('status')).toBe(true);
    expect(skips('status', 'status')).toBe(true);
    expect(skips('column_name')).toBe(true);
  });

  // Null is before every other value, and would end the values of a parent.
  it('not for a field that may be null', () => {
    expect(skips('error_message')).toBe(false);
  });

  it('not for several fields, none, or one without such an index', () => {
    expect(skips('status', 'column_name')).toBe(false);
    expect(skips()).toBe(false);
    expect(skips('batch_id')).toBe(false);
  });
});
