import type { IncomingRecord } from '../../../src/application/writing/accept-batch.js';
import type { FieldValue } from '../../../src/domain/collection.js';

type Fields = Readonly<Record<string, FieldValue>>;

/** A valid session as the schema returns it; `fields` overrides. */
export function aSessionRecord(key = 's-1', fields: Fields = {}): IncomingRecord {
  return {
    key,
    fields: {
      filename: 'items.xlsx',
      file_path: '/games/tale/items.xlsx',
      status: 'processing',
      llm_provider: 'openai',
      ...fields,
    },
  };
}

/** A valid task of session `s-1` as the schema returns it; `fields` overrides. */
export function aTaskRecord(key = 't-1', fields: Fields = {}): IncomingRecord {
  return {
    key,
    fields: {
      session_id: 's-1',
      batch_id: 'b-1',
      sheet_name: 'Items',
      row_index: 1,
      column_name: 'fr',
      source_text: 'sword',
      status: 'pending',
      ...fields,
    },
  };
}

export function someTasks(count: number, fields: Fields = {}): IncomingRecord[] {
  return Array.from({ length: count }, (_, index) =>
    aTaskRecord(`t-${index}`, { row_index: index, ...fields }),
  );
}
