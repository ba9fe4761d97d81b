import { apiKey } from '../../api/key';
import { problemOf, ServiceGone } from '../../api/problem';
import type { Session } from '../../api/records';

/** The offered files: the spreadsheet, its records as a table, and records for programs. */
export const EXPORTS = ['xlsx', 'records', 'csv', 'ndjson'] as const;
export type Export = (typeof EXPORTS)[number];

const QUERIES: Readonly<Record<Export, string>> = {
  xlsx: 'format=xlsx&layout=sheets',
  records: 'format=xlsx&layout=records',
  csv: 'format=csv&layout=records',
  ndjson: 'format=ndjson',
};

/**
 * Saves a session as a file. A link carries no key and shows no error, so the page fetches the file
 * and hands it to the browser, which keeps a large one on disk. Throws ApiProblem or ServiceGone.
 */
export async function downloadExport(
  { session_id, filename }: Session,
  chosen: Export,
): Promise<void> {
  const url = `/api/v1/translation/sessions/${encodeURIComponent(session_id)}/export?${QUERIES[chosen]}`;
  const headers = new Headers();
  if (apiKey.value !== null) headers.set('authorization', `Bearer ${apiKey.value}`);
  const response = await fetch(url, { headers }).catch(() => {
    throw new ServiceGone('no answer');
  });
  if (!response.ok) throw problemOf(await response.json().catch(() => null), response.status);
  const object = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = object;
  link.download = `${filename.replace(/\.\w+$/, '')}.${chosen === 'records' ? 'xlsx' : chosen}`;
  link.click();
  // The browser reads the object after this call.
  window.setTimeout(() => URL.revokeObjectURL(object), 60_000);
}
