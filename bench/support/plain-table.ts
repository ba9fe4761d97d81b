import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { openDatabase } from '../../src/adapters/sqlite-driver/open-database.js';
import type { TaskBody } from './records.js';

/** Rows of one statement, or of one transaction in SQLite. */
const ROWS = 1000;

/**
 * What a backend would write itself: the table of the project's first design, without a column or an
 * index of this service. 16 columns of data, four indexes, a foreign key.
 */
export const PLAIN_COLUMNS = [
  'task_id',
  'session_id',
  'batch_id',
  'sheet_name',
  'row_index',
  'column_name',
  'source_text',
  'target_text',
  'context',
  'status',
  'confidence',
  'error_message',
  'retry_count',
  'start_time',
  'end_time',
  'duration_ms',
] as const;

const INDEXES = {
  plain_by_session: 'session_id',
  plain_by_batch: 'batch_id',
  plain_by_status: 'status',
  plain_by_session_status: 'session_id, status',
};

const MYSQL_TASKS = `create table plain_tasks (
  task_id varchar(64) primary key, session_id varchar(36) not null, batch_id varchar(64) not null,
  sheet_name varchar(255) not null, row_index int not null, column_name varchar(255) not null,
  source_text text not null, target_text text, context text,
  status varchar(20) not null default 'pending', confidence decimal(5,4), error_message text,
  retry_count int default 0, start_time timestamp null, end_time timestamp null, duration_ms int,
  created_at timestamp default current_timestamp,
  updated_at timestamp default current_timestamp on update current_timestamp,
  foreign key (session_id) references plain_sessions (session_id) on delete cascade,
  ${Object.entries(INDEXES)
    .map(([name, columns]) => `index ${name} (${columns})`)
    .join(', ')}
) engine=InnoDB default charset=utf8mb4`;

const SQLITE_TASKS = `create table plain_tasks (
  task_id text primary key, session_id text not null references plain_sessions (session_id) on delete cascade,
  batch_id text not null, sheet_name text not null, row_index integer not null,
  column_name text not null, source_text text not null, target_text text, context text,
  status text not null, confidence real, error_message text, retry_count integer default 0,
  start_time integer, end_time integer, duration_ms integer,
  created_at integer default (unixepoch()), updated_at integer default (unixepoch()))`;

const head = `insert into plain_tasks (${PLAIN_COLUMNS.join(', ')}) values `;
const placeholders = `(${PLAIN_COLUMNS.map(() => '?').join(', ')})`;
const assignments = (value: (name: string) => string) =>
  PLAIN_COLUMNS.slice(1)
    .map((name) => `${name} = ${value(name)}`)
    .join(', ');

type Rows = readonly unknown[][];

function chunksOf(tasks: readonly TaskBody[], time: (iso: string) => unknown): Rows[] {
  const rowOf = (task: TaskBody) =>
    PLAIN_COLUMNS.map((name) =>
      name.endsWith('_time') ? time(String(task[name])) : (task[name] ?? null),
    );
  return Array.from({ length: Math.ceil(tasks.length / ROWS) }, (_, chunk) =>
    tasks.slice(chunk * ROWS, (chunk + 1) * ROWS).map(rowOf),
  );
}

const sessionsOf = (tasks: readonly TaskBody[]) => [
  ...new Set(tasks.map(({ session_id }) => session_id)),
];

/** Seconds until mysql2 has upserted the tasks: two connections, 1,000 rows a statement. */
export async function plainMysql(databaseUrl: string, tasks: readonly TaskBody[]): Promise<number> {
  const connections = await Promise.all(
    [1, 2].map(() => createConnection({ uri: databaseUrl, timezone: 'Z', charset: 'utf8mb4' })),
  );
  const [first] = connections;
  await first?.query(
    'create table plain_sessions (session_id varchar(36) primary key) engine=InnoDB default charset=utf8mb4',
  );
  await first?.query(MYSQL_TASKS);
  const sessions = sessionsOf(tasks).map((id) => [id]);
  await first?.query('insert into plain_sessions (session_id) values ?', [sessions]);
  const chunks = chunksOf(tasks, (iso) => iso.slice(0, 19).replace('T', ' '));
  const tail = ` on duplicate key update ${assignments((name) => `values(${name})`)}`;
  const begun = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
        const sql = `${head}${chunk.map(() => placeholders).join(',')}${tail}`;
        await connection.query(sql, chunk.flat());
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  await first?.query('drop table plain_tasks, plain_sessions');
  await Promise.all(connections.map((connection) => connection.end()));
  return seconds;
}

/** The same on better-sqlite3, in a file of its own: each transaction is synced to disk. */
export function plainSqlite(folder: string, tasks: readonly TaskBody[]): number {
  const database = openDatabase(join(folder, `plain-${process.hrtime.bigint()}.db`));
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = full');
  database.pragma('foreign_keys = on');
  database.exec('create table plain_sessions (session_id text primary key)');
  database.exec(SQLITE_TASKS);
  for (const [name, columns] of Object.entries(INDEXES))
    database.exec(`create index ${name} on plain_tasks (${columns})`);
  const session = database.prepare('insert into plain_sessions (session_id) values (?)');
  for (const id of sessionsOf(tasks)) session.run(id);
  const upsert = database.prepare(
    `${head}${placeholders} on conflict (task_id) do update set ${assignments((name) => `excluded.${name}`)}`,
  );
  const write = database.transaction((rows: Rows) => {
    for (const row of rows) upsert.run(row);
  });
  const chunks = chunksOf(tasks, (iso) => Date.parse(iso));
  const begun = performance.now();
  for (const chunk of chunks) write(chunk);
  const seconds = (performance.now() - begun) / 1000;
  database.close();
  return seconds;
}
