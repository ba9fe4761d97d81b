import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { openDatabase } from '../../src/adapters/sqlite-driver/open-database.js';
import { rounded } from './latency.js';
import { PLAIN_COLUMNS } from './plain-table.js';
import { type TaskBody, taskBody } from './records.js';

/** Rows of one statement, or of one transaction in SQLite. */
const ROWS = 1000;

/** The columns of a task in the API, and `version`, which the table requires. */
const COLUMNS = [...PLAIN_COLUMNS, 'created_at', 'updated_at', 'version'] as const;

type Times = (iso: string) => string | number;

function rowsOf(from: number, until: number, time: Times): unknown[][] {
  const now = time('2026-01-01T00:00:00.000Z');
  return Array.from({ length: until - from }, (_, offset) => {
    const task: TaskBody = taskBody(from + offset, 's-raw', 'completed');
    const instant = (name: string) => time(String(task[name]));
    const own: Readonly<Record<string, unknown>> = {
      ...task,
      start_time: instant('start_time'),
      end_time: instant('end_time'),
      created_at: now,
      updated_at: now,
      version: 1,
    };
    return COLUMNS.map((name) => own[name] ?? null);
  });
}

function chunksOf(count: number, time: Times): unknown[][][] {
  return Array.from({ length: Math.ceil(count / ROWS) }, (_, chunk) =>
    rowsOf(chunk * ROWS, Math.min(count, (chunk + 1) * ROWS), time),
  );
}

const upsertHead = `insert into raw_tasks (${COLUMNS.join(', ')}) values `;
const placeholders = `(${COLUMNS.map(() => '?').join(', ')})`;

/**
 * Rows per second that the bare driver upserts into a copy of the service's table, including
 * indexes: mysql2, two connections, 1,000 rows per statement, no merge rule.
 */
export async function rawMysql(databaseUrl: string, count: number): Promise<number> {
  const connections = await Promise.all(
    [1, 2].map(() => createConnection({ uri: databaseUrl, timezone: 'Z', charset: 'utf8mb4' })),
  );
  const [first] = connections;
  await first?.query('drop table if exists raw_tasks');
  await first?.query('create table raw_tasks like translation_tasks');
  const chunks = chunksOf(count, (iso) => iso.slice(0, 23).replace('T', ' '));
  const tail = ` on duplicate key update ${COLUMNS.slice(1)
    .map((name) => `${name} = values(${name})`)
    .join(', ')}`;
  const begun = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
        const sql = `${upsertHead}${chunk.map(() => placeholders).join(',')}${tail}`;
        await connection.query(sql, chunk.flat());
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  await first?.query('drop table raw_tasks');
  await Promise.all(connections.map((connection) => connection.end()));
  return rounded(count / seconds, 0);
}

/** Like `rawMysql`, on better-sqlite3: one transaction per 1,000 rows, each synced to disk. */
export function rawSqlite(folder: string, count: number): number {
  const path = join(folder, 'data', 'persistence.db');
  const source = openDatabase(path, { readonly: true });
  const ddl = source
    .prepare(
      "select sql from sqlite_master where tbl_name = 'translation_tasks' and sql is not null",
    )
    .all() as { sql: string }[];
  source.close();
  const database = openDatabase(join(folder, 'raw.db'));
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = full');
  database.pragma('foreign_keys = off');
  for (const { sql } of ddl) {
    database.exec(sql.replaceAll('translation_tasks', 'raw_tasks'));
  }
  const upsert = database.prepare(
    `${upsertHead}${placeholders} on conflict (task_id) do update set ${COLUMNS.slice(1)
      .map((name) => `${name} = excluded.${name}`)
      .join(', ')}`,
  );
  const chunks = chunksOf(count, (iso) => Date.parse(iso));
  const write = database.transaction((rows: readonly unknown[][]) => {
    for (const row of rows) upsert.run(row);
  });
  const begun = performance.now();
  for (const chunk of chunks) write(chunk);
  const seconds = (performance.now() - begun) / 1000;
  database.exec('drop table raw_tasks');
  database.close();
  return rounded(count / seconds, 0);
}
