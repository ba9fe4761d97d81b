import type { Collection } from '../../../domain/collection.js';

/** One example record of each collection, for the documentation. */
export const examples = {
  translation_sessions: {
    session_id: 'tale-items-fr',
    filename: 'items.xlsx',
    file_path: '/games/tale/items.xlsx',
    status: 'processing',
    game_info: { name: 'A Tale of Lanterns', genre: 'adventure' },
    llm_provider: 'openai',
    metadata: { target_language: 'fr' },
    total_tasks: 120,
    completed_tasks: 40,
    failed_tasks: 1,
    processing_tasks: 8,
    created_at: '2026-11-24T12:00:00.000Z',
    updated_at: '2026-11-24T12:05:30.250Z',
  },
  translation_tasks: {
    task_id: 'tale-items-fr-00001',
    session_id: 'tale-items-fr',
    batch_id: 'tale-items-fr-b000',
    sheet_name: 'Items',
    row_index: 2,
    column_name: 'fr',
    source_text: 'Paper lantern',
    target_text: 'Lanterne en papier',
    context: 'items.lantern.name',
    status: 'completed',
    confidence: 0.9601,
    error_message: null,
    retry_count: 0,
    start_time: '2026-11-24T12:04:58.000Z',
    end_time: '2026-11-24T12:05:00.125Z',
    duration_ms: 2125,
    created_at: '2026-11-24T12:00:00.000Z',
    updated_at: '2026-11-24T12:05:30.250Z',
  },
} as const;

export function exampleOf({ name }: Collection): Readonly<Record<string, unknown>> {
  const all: Readonly<Record<string, Readonly<Record<string, unknown>>>> = examples;
  return all[name] ?? {};
}
