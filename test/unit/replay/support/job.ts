import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Progress } from '../../../../scripts/replay/progress.js';
import type { JsonRecord } from '../../../../scripts/replay/read-lines.js';

export const NO_PROGRESS: Progress = { step: () => undefined, done: () => undefined };
export const STARTED_AT = '2026-11-24T09:30:00.000Z';

/** A finished session as in a file. */
export function aFinishedSession(id: string, changes: JsonRecord = {}): JsonRecord {
  return {
    session_id: id,
    filename: 'items.xlsx',
    file_path: '/games/lanterns/items.xlsx',
    status: 'completed',
    game_info: { name: 'Lanterns 🏮' },
    llm_provider: 'openai',
    metadata: null,
    total_tasks: 5,
    completed_tasks: 4,
    failed_tasks: 1,
    processing_tasks: 0,
    ...changes,
  };
}

export function aFinishedTask(session: string, row: number, changes: JsonRecord = {}): JsonRecord {
  return {
    task_id: `${session}-${row}`,
    session_id: session,
    batch_id: `${session}-b0`,
    sheet_name: 'Items',
    row_index: row,
    column_name: 'ja',
    source_text: 'Paper lantern',
    target_text: '紙の提灯',
    context: 'items.lantern.name',
    status: row === 0 ? 'failed' : 'completed',
    confidence: 0.9867,
    error_message: null,
    retry_count: 0,
    duration_ms: 1440,
    ...changes,
  };
}

/** Writes a job to temporary files, the tasks compressed, and passes them to `use`. */
export async function withFiles<Result>(
  sessions: readonly JsonRecord[],
  tasks: readonly JsonRecord[],
  use: (sessionsFile: string, tasksFile: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'ps-replay-'));
  const [sessionsFile, tasksFile] = [join(folder, 's.ndjson'), join(folder, 't.ndjson.gz')];
  const lines = (records: readonly JsonRecord[]) =>
    records.map((record) => `${JSON.stringify(record)}\n`).join('');
  try {
    await writeFile(sessionsFile, lines(sessions));
    await writeFile(tasksFile, gzipSync(lines(tasks)));
    return await use(sessionsFile, tasksFile);
  } finally {
    await rm(folder, { recursive: true });
  }
}
