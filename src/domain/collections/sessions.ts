import {
  type Collection,
  gauge,
  growingCounter,
  optionalJson,
  requiredString,
  TIMES,
} from '../collection.js';

/** One spreadsheet file in translation. */
export const SESSIONS = {
  name: 'translation_sessions',
  singular: 'session',
  plural: 'sessions',
  journalCode: 1,
  key: 'session_id',
  keyMaxLength: 36,
  parent: null,
  fields: [
    requiredString('filename', 255),
    requiredString('file_path', 512),
    requiredString('status', 20),
    optionalJson('game_info'),
    requiredString('llm_provider', 50),
    optionalJson('metadata'),
    growingCounter('total_tasks'),
    growingCounter('completed_tasks'),
    growingCounter('failed_tasks'),
    gauge('processing_tasks'),
  ],
  status: 'status',
  expires: true,
  sorts: [
    { field: 'created_at', index: ['all'] },
    { field: 'updated_at', index: ['all'] },
    { field: 'filename', index: ['all'] },
    { field: 'status', index: ['all'] },
  ],
  filters: [
    { parameter: 'status', field: 'status', match: 'one-of', index: ['all'] },
    { parameter: 'llm_provider', field: 'llm_provider', match: 'one-of', index: [] },
    ...TIMES,
    { parameter: 'filename', field: 'filename', match: 'contains', index: [] },
  ],
  summed: [],
  cell: null,
  failure: null,
} as const satisfies Collection;
