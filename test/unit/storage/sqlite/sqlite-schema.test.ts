import { readFile } from 'node:fs/promises';
import type Database from 'better-sqlite3';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src/adapters/sqlite-driver/open-database.js';
import type { SqlSnapshot, SqlText } from '../../../../src/adapters/storage/sql/dialect.js';
import { SqlBackend } from '../../../../src/adapters/storage/sql/sql-backend.js';
import { storeTables } from '../../../../src/adapters/storage/sql/tables/store-tables.js';
import { tables } from '../../../../src/adapters/storage/sqlite/schema.js';
import { SqliteDialect } from '../../../../src/adapters/storage/sqlite/sqlite-dialect.js';
import type { Collection } from '../../../../src/domain/collection.js';
import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import {
  belongingTo,
  type Condition,
  DEFAULT_SORT,
  type Direction,
  unfinished,
  type Window,
} from '../../../../src/domain/query.js';

const migrations = new URL('../../../../migrations/sqlite/', import.meta.url);

describe('the SQLite migrations', () => {
  it('create the tables that the code describes: drizzle-kit would generate nothing', async () => {
    const { entries } = JSON.parse(
      await readFile(new URL('meta/_journal.json', migrations), 'utf8'),
    ) as { entries: { idx: number }[] };
    const last = String(entries.at(-1)?.idx).padStart(4, '0');
    const snapshot = JSON.parse(
      await readFile(new URL(`meta/${last}_snapshot.json`, migrations), 'utf8'),
    ) as Awaited<ReturnType<typeof generateSQLiteDrizzleJson>>;
    const described = await generateSQLiteDrizzleJson({ ...tables });
    expect(await generateSQLiteMigration(snapshot, described)).toEqual([]);
  });
});

/** Executes nothing: returns the query plan of SQLite for each list. */
class Planning extends SqlBackend {
  readonly name = 'planning';
  readonly driver = 'none';
  readonly plans: string[] = [];

  constructor(database: Database.Database) {
    const all = async ({ text, params }: SqlText) => {
      const steps = database.prepare(`explain query plan ${text}`).all(...params);
      this.plans.push(...steps.map((step) => (step as { detail: string }).detail));
      return [];
    };
    const connections = () => ({ inUse: 0, idle: 0, limit: 0, waiting: 0 });
    const transaction = () => Promise.reject(new Error('plans are made of reads'));
    // The page is near the end of the list, so the list is walked backwards.
    const snapshot = <Result>(work: (snapshot: SqlSnapshot) => Promise<Result>) =>
      work({
        all: (statement) =>
          statement.text.startsWith('select count(*)')
            ? Promise.resolve([{ total: 10_030 }])
            : all(statement),
      });
    const runner = { all, walk: all, transaction, snapshot, connections };
    super(new SqliteDialect(), runner, storeTables(tables));
  }

  async open(): Promise<void> {}
  async sizeBytes(): Promise<number> {
    return 0;
  }
  async close(): Promise<void> {}
}

describe('the SQLite indexes', () => {
  const database = openDatabase(':memory:');
  migrate(drizzle(database), { migrationsFolder: migrations.pathname });
  afterAll(() => {
    database.close();
  });

  const windows: readonly Window[] = [
    { kind: 'page', page: 1, size: 20 },
    { kind: 'page', page: 500, size: 20 },
    { kind: 'page', page: 501, size: 20 },
    { kind: 'after', position: { value: 1, key: 'k' }, size: 20 },
  ];
  const one = (field: string): Condition => ({ kind: 'one-of', field, values: ['x'] });
  const since: Condition = { kind: 'range', field: 'created_at', from: 5 };

  const lists: readonly (readonly [Collection, string, readonly Condition[]])[] = [
    ...[SESSIONS, TASKS].flatMap((collection: Collection) =>
      collection.sorts.map(({ field }) => [collection, field, []] as const),
    ),
    [SESSIONS, 'created_at', [one('status')]],
    [SESSIONS, 'created_at', [one('status'), since]],
    [SESSIONS, 'created_at', [since]],
    [TASKS, 'created_at', [one('status')]],
    [TASKS, 'created_at', [one('status'), since]],
    [TASKS, 'created_at', [one('session_id')]],
    [TASKS, 'created_at', [one('session_id'), one('status')]],
    [TASKS, 'created_at', [one('batch_id')]],
    [TASKS, 'created_at', [one('sheet_name')]],
    [TASKS, 'created_at', [since]],
  ];
  const cases = lists.flatMap(([collection, field, conditions]) =>
    (['asc', 'desc'] as const).map((direction: Direction) => ({
      name: `${collection.name} by ${field} ${direction}`,
      filter:
        conditions.map((each) => ('field' in each ? each.field : '')).join(' and ') || 'nothing',
      collection,
      conditions,
      sort: { field, direction },
    })),
  );

  it.each(cases)(
    'serve $name, filtered by $filter, without sorting',
    async ({ collection, conditions, sort }) => {
      for (const window of windows) {
        const planning = new Planning(database);
        await planning.query(collection, { conditions, sort, window });
        // A deep page finds its keys first; then only the rows of that page are sorted.
        const end = planning.plans.indexOf('SCAN page');
        const finding = (end === -1 ? planning.plans : planning.plans.slice(0, end)).join('\n');
        expect(finding).toMatch(
          end === -1 ? /USING INDEX \w+_by_/ : /USING COVERING INDEX \w+_by_/,
        );
        expect(finding).not.toContain('TEMP B-TREE');
      }
    },
  );

  it.each(cases)(
    'serve $name, filtered by $filter, within a limit of bytes: keys from an index, rows by their keys',
    async ({ collection, conditions, sort }) => {
      for (const window of windows) {
        const planning = new Planning(database);
        await planning.query(collection, { conditions, sort, window, maxBytes: 1 });
        const onTable = planning.plans.filter((step) => step.includes(` ${collection.name} `));
        expect(onTable.length).toBeGreaterThan(2);
        for (const step of onTable)
          expect(step).toMatch(/USING (COVERING INDEX \w+_by_|INDEX sqlite_autoindex_)/);
      }
    },
  );

  it('serve the statistics without the table', async () => {
    const planning = new Planning(database);
    await planning.summarize(TASKS);
    expect(planning.plans).toEqual([
      'SCAN translation_tasks USING COVERING INDEX translation_tasks_by_status_with_sums',
    ]);
  });

  it('find sessions by their keys where keys are given, whatever they are sorted by', async () => {
    const planning = new Planning(database);
    const keys = belongingTo('session_id', ...Array.from({ length: 100 }, (_, key) => `s-${key}`));
    const window = { kind: 'page', page: 1, size: 100 } as const;
    await planning.query(SESSIONS, { conditions: [keys], sort: DEFAULT_SORT, window });
    const conditions = [keys, unfinished(SESSIONS)];
    const sort = { field: 'session_id', direction: 'asc' } as const;
    await planning.keys(SESSIONS, { conditions, sort, window });
    const steps = planning.plans.filter((step) => step.includes('translation_sessions'));
    expect(steps.length).toBeGreaterThan(2);
    for (const step of steps) expect(step).toMatch(/^SEARCH .*\(session_id=\?\)/);
  });

  it('lead from one session and status to the next, to find the sessions with work', async () => {
    const planning = new Planning(database);
    await planning.parentsWith(TASKS, ['s-1', 's-2'], [unfinished(TASKS)]);
    const steps = planning.plans.filter((step) => step.includes('translation_tasks'));
    expect(steps).toHaveLength(2);
    for (const step of steps) expect(step).toMatch(/^SEARCH .* USING COVERING INDEX/);
    expect(steps.at(-1)).toContain('(session_id=? AND status>?)');
  });
});
