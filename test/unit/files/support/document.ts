import { SESSIONS } from '../../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../../src/domain/collections/tasks.js';
import type { RecordFields } from '../../../../src/domain/write.js';
import type { ExportedDocument, ExportedSheet } from '../../../../src/ports/file-format.js';

const TIME = Date.UTC(2026, 8, 21, 12);

export const SESSION: RecordFields = {
  session_id: 'session-1',
  filename: 'game.xlsx',
  file_path: '/jobs/game.xlsx',
  status: 'processing',
  game_info: '{"name":"漢","b":1,"a":2}',
  llm_provider: 'some',
  metadata: null,
  total_tasks: 3,
  completed_tasks: 1,
  failed_tasks: 1,
  processing_tasks: 0,
  created_at: TIME,
  updated_at: TIME + 1000,
};

/** A completed task in `A2` of the sheet `Items`, unless `fields` says otherwise. */
export function task(key: string, fields: RecordFields = {}): RecordFields {
  return {
    task_id: key,
    session_id: 'session-1',
    batch_id: 'batch-1',
    sheet_name: 'Items',
    row_index: 1,
    column_name: 'en',
    source_text: 'source',
    target_text: 'target',
    context: null,
    status: 'completed',
    confidence: 0.9312,
    error_message: null,
    retry_count: 2,
    start_time: TIME,
    end_time: TIME + 5,
    duration_ms: 5,
    created_at: TIME,
    updated_at: TIME,
    ...fields,
  };
}

/** A document whose reads can be watched. */
export interface WatchedDocument extends ExportedDocument {
  /** Chunks that were read so far. */
  reads(): number;
  /** Iterators that were begun and have not ended. */
  open(): number;
}

export interface DocumentOptions {
  readonly chunk?: number;
  /** Thrown after so many chunks. */
  readonly failsAfter?: number;
}

/** A document of tasks; sheets and columns are in the order in which they first appear. */
export function documentOf(
  tasks: readonly RecordFields[],
  { chunk = 2, failsAfter = Number.POSITIVE_INFINITY }: DocumentOptions = {},
): WatchedDocument {
  let reads = 0;
  let open = 0;
  async function* chunked(records: readonly RecordFields[]) {
    open += 1;
    try {
      for (let from = 0; from < records.length; from += chunk) {
        if (reads >= failsAfter) throw new Error('the store is away');
        reads += 1;
        yield records.slice(from, from + chunk);
      }
    } finally {
      open -= 1;
    }
  }
  const names = unique(tasks.map((record) => String(record.sheet_name)));
  const sheets = names.map((name): ExportedSheet => {
    const own = tasks.filter((record) => record.sheet_name === name);
    const columns = unique(own.map((record) => String(record.column_name)));
    own.sort((left, right) => Number(left.row_index) - Number(right.row_index));
    return { name, columns, records: () => chunked(own) };
  });
  return {
    collection: SESSIONS,
    record: SESSION,
    children: TASKS,
    sheets,
    records: () => chunked(tasks),
    reads: () => reads,
    open: () => open,
  };
}

/** All bytes of a file. */
export async function bytesOf(file: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file) pieces.push(piece);
  return Buffer.concat(pieces);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
