import { expect } from 'vitest';
import { foldWrites } from '../../../src/domain/merge.js';
import type { Write } from '../../../src/domain/write.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { meaningOf } from '../records/meaning.js';
import { aTaskRecord } from '../records/records.js';
import { BASE_VERSION, MS, SESSIONS, sessionWrite, TASKS, taskWrite } from '../records/writes.js';

const VERSION = BASE_VERSION + 9 * MS;
const OLDER = BASE_VERSION + 3 * MS;
const required = aTaskRecord('t', { session_id: 's-1', status: 'completed' }).fields;

/** Tasks as version 1.0.0 stored them: a number for each optional field, 0 for one without a value. */
const EARLIER: readonly Write[] = [
  whole('t-whole'),
  { ...whole('t-older'), olderFields: { target_text: OLDER, retry_count: OLDER } },
  taskOf('t-bare', { target_text: null }),
];

function whole(key: string): Write {
  return taskOf(key, {
    target_text: '漢🗡️',
    context: null,
    confidence: 0.5,
    error_message: 'none',
    retry_count: 2,
    start_time: 1_790_000_000_123,
    end_time: null,
    duration_ms: 7,
  });
}

function taskOf(key: string, fields: Write['fields']): Write {
  return {
    key,
    version: VERSION,
    createdAt: 1_790_000_000_000,
    fields: { ...required, ...fields },
  };
}

const VERSIONED = [
  'target_text',
  'context',
  'confidence',
  'error_message',
  'retry_count',
  'start_time',
  'end_time',
  'duration_ms',
];

/** Inserts the session `s-1` and the tasks; `timeOf` is the literal of epoch milliseconds. */
export function earlierInserts(timeOf: (milliseconds: number) => string): readonly string[] {
  const times = `${timeOf(1_790_000_000_000)}, ${timeOf(VERSION / MS)}, ${VERSION}`;
  const literal = (name: string, value: string | number | null) => {
    if (value === null) return 'null';
    if (name.endsWith('_time')) return timeOf(Number(value));
    return typeof value === 'number' ? String(value) : `'${value}'`;
  };
  return [
    `insert into translation_sessions (session_id, filename, file_path, status, llm_provider, created_at, updated_at, version) values ('s-1', 'a.xlsx', '/a.xlsx', 'processing', 'none', ${times})`,
    ...EARLIER.map(({ key, fields, olderFields }) => {
      const names = Object.keys(fields);
      const own = VERSIONED.filter((name) => name in fields);
      const values = names.map((name) => literal(name, fields[name] ?? null));
      const versions = own.map((name) => olderFields?.[name] ?? VERSION);
      return `insert into translation_tasks (task_id, created_at, updated_at, version, ${[...names, ...own.map((name) => `${name}_version`)].join(', ')}) values ('${key}', ${times}, ${[...values, ...versions].join(', ')})`;
    }),
  ];
}

/** The tasks are as they were, and merge with what comes next like any others. */
export async function expectEarlierRows(store: StorageBackend): Promise<void> {
  for (const write of EARLIER) expect(await store.read(TASKS, write.key)).toEqual(write);
  const fields = { session_id: 's-1' };
  const late = (key: string) =>
    taskWrite(key, 5 * MS, { ...fields, target_text: 'late', context: 'late', confidence: 0.1 });
  const next = (key: string) =>
    taskWrite(key, 20 * MS, { ...fields, status: 'pending', error_message: null });
  await store.write(SESSIONS, [sessionWrite('s-1', 1)]);
  for (const later of [late, next]) {
    await store.write(
      TASKS,
      EARLIER.map(({ key }) => later(key)),
    );
  }
  for (const write of EARLIER) {
    const folded = foldWrites(TASKS, [write, late(write.key), next(write.key)]);
    const found = await store.read(TASKS, write.key);
    expect(found && meaningOf(TASKS, found)).toEqual(meaningOf(TASKS, folded));
  }
}
