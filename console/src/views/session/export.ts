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
 * Saves a session as a file. Without a key the browser streams it to disk. A link carries no key, so
 * with one the page fetches the file, and holds it in memory. Throws ApiProblem or ServiceGone.
 */
export async function downloadExport(
  { session_id, filename }: Session,
  chosen: Export,
): Promise<void> {
  const url = `/api/v1/translation/sessions/${encodeURIComponent(session_id)}/export?${QUERIES[chosen]}`;
  if (apiKey.value === null) return save(url, '');
  const headers = { authorization: `Bearer ${apiKey.value}` };
  const response = await fetch(url, { headers }).catch(() => {
    throw new ServiceGone('no answer');
  });
  if (!response.ok) throw problemOf(await response.json().catch(() => null), response.status);
  const object = URL.createObjectURL(await response.blob());
  const ending = chosen === 'records' ? 'xlsx' : chosen;
  save(object, `${filename.replace(/\.\w+$/, '')}.${ending}`);
  // The browser reads the object after this call.
  window.setTimeout(() => URL.revokeObjectURL(object), 60_000);
}

/** An empty name leaves it to the answer. */
function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
