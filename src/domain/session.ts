import {
  type Collection,
  gauge,
  growingCounter,
  optionalJson,
  requiredString,
} from './collection.js';
import type { JsonObject } from './json.js';

/** One spreadsheet file in translation. Times are epoch milliseconds. */
export interface SessionRecord {
  readonly session_id: string;
  readonly filename: string;
  readonly file_path: string;
  readonly status: string;
  readonly game_info: JsonObject | null;
  readonly llm_provider: string;
  readonly metadata: JsonObject | null;
  readonly total_tasks: number;
  readonly completed_tasks: number;
  readonly failed_tasks: number;
  readonly processing_tasks: number;
  readonly created_at: number;
  readonly updated_at: number;
}

export const SESSIONS = {
  name: 'translation_sessions',
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
  sortable: ['created_at', 'updated_at', 'filename', 'status'],
} as const satisfies Collection;
