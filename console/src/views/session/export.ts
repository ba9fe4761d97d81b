import { service } from '../../api/client';
import type { Session } from '../../api/records';

/** The offered files: the spreadsheet, its records as a table, and records for programs. */
export const EXPORTS = ['xlsx', 'records', 'csv', 'ndjson'] as const;
export type Export = (typeof EXPORTS)[number];

const QUERIES = {
  xlsx: { format: 'xlsx', layout: 'sheets' },
  records: { format: 'xlsx', layout: 'records' },
  csv: { format: 'csv', layout: 'records' },
  ndjson: { format: 'ndjson' },
} as const satisfies Record<Export, object>;

/**
 * Saves a session as a file. A link carries no key and shows no error, so the page fetches the file
 * and hands it to the browser, which keeps a large one on disk. Throws as the client does.
 */
export async function downloadExport(
  { session_id, filename }: Session,
  chosen: Export,
): Promise<void> {
  const { body } = await service.exportSession(session_id, QUERIES[chosen]);
  const object = URL.createObjectURL(await new Response(body).blob());
  const link = document.createElement('a');
  link.href = object;
  link.download = `${filename.replace(/\.\w+$/, '')}.${chosen === 'records' ? 'xlsx' : chosen}`;
  link.click();
  // The browser reads the object after this call.
  window.setTimeout(() => URL.revokeObjectURL(object), 60_000);
}
