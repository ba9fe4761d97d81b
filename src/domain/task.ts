import {
  type Collection,
  gauge,
  optionalInstant,
  optionalInteger,
  optionalRatio,
  optionalText,
  requiredId,
  requiredInteger,
  requiredString,
  requiredText,
} from './collection.js';

/** One cell in translation. Times are epoch milliseconds, `duration_ms` is milliseconds. */
export interface TaskRecord {
  readonly task_id: string;
  readonly session_id: string;
  readonly batch_id: string;
  readonly sheet_name: string;
  readonly row_index: number;
  readonly column_name: string;
  readonly source_text: string;
  readonly target_text: string | null;
  readonly context: string | null;
  readonly status: string;
  readonly confidence: number | null;
  readonly error_message: string | null;
  readonly retry_count: number;
  readonly start_time: number | null;
  readonly end_time: number | null;
  readonly duration_ms: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

export const TASKS = {
  name: 'translation_tasks',
  key: 'task_id',
  keyMaxLength: 64,
  parent: { collection: 'translation_sessions', field: 'session_id' },
  fields: [
    requiredId('session_id', 36),
    requiredId('batch_id', 64),
    requiredString('sheet_name', 255),
    requiredInteger('row_index'),
    requiredString('column_name', 255),
    requiredText('source_text'),
    optionalText('target_text'),
    optionalText('context'),
    requiredString('status', 20),
    optionalRatio('confidence'),
    optionalText('error_message'),
    gauge('retry_count'),
    optionalInstant('start_time'),
    optionalInstant('end_time'),
    optionalInteger('duration_ms'),
  ],
  sortable: ['created_at', 'updated_at', 'row_index', 'status'],
} as const satisfies Collection;
