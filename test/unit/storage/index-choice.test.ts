import { describe, expect, it } from 'vitest';
import { MysqlDialect } from '../../../src/adapters/storage/mysql/mysql-dialect.js';
import { tables as mysql } from '../../../src/adapters/storage/mysql/schema.js';
import { windowOf } from '../../../src/adapters/storage/sql/statements/windows.js';
import type { CollectionTable } from '../../../src/adapters/storage/sql/tables/collection-table.js';
import { storeTables } from '../../../src/adapters/storage/sql/tables/store-tables.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { belongingTo, type Condition, unfinished } from '../../../src/domain/query.js';

const table = storeTables(mysql).collections.find(
  ({ collection }) => collection === TASKS,
) as CollectionTable;
const SESSION = belongingTo('session_id', 's-1');

const indexOf = (field: string) => (field === 'status' ? 'status_with_sums' : field);

/** The indexes that the list must not use. */
function ignored(field: string, ...conditions: readonly Condition[]): readonly string[] {
  const dialect = new MysqlDialect();
  const { text } = dialect.render(
    windowOf(dialect, table, {
      conditions,
      sort: { field, direction: 'asc' },
      window: { kind: 'page', page: 1, size: 100 },
    }),
  );
  return [...text.matchAll(/ignore index \(`(?:translation_tasks_by_)?(\w+)`\)/g)].map(
    ([, name]) => name ?? '',
  );
}

describe('the list', () => {
  it.each(['created_at', 'updated_at', 'row_index', 'status'])(
    'of a session, sorted by %s, does not walk the tasks of all sessions',
    (field) => {
      expect(ignored(field, SESSION)).toEqual([indexOf(field)]);
      expect(ignored(field, unfinished(TASKS), SESSION)).toEqual([indexOf(field)]);
    },
  );

  it('of a session, sorted by the id, does not walk the tasks of all sessions', () => {
    expect(ignored('task_id', SESSION)).toEqual(['PRIMARY']);
  });

  it.each(['status', 'sheet_name', 'batch_id'])(
    'of a %s does not walk the others, if an index has them in the order of the list',
    (field) => {
      expect(ignored('created_at', belongingTo(field, 'one'))).toEqual(['created_at']);
      expect(ignored('updated_at', belongingTo(field, 'one'))).toEqual([]);
    },
  );

  it('of several states walks none of them in another order', () => {
    expect(ignored('created_at', belongingTo('status', 'one', 'two'))).toEqual([
      'created_at',
      'created_at',
    ]);
  });

  it('of everything, or of what has no index, may use any index', () => {
    expect(ignored('created_at')).toEqual([]);
    expect(ignored('created_at', unfinished(TASKS))).toEqual([]);
    expect(ignored('created_at', belongingTo('column_name', 'fr'))).toEqual([]);
  });
});
