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

/** One cell in translation; `duration_ms` is milliseconds. */
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
