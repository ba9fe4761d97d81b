import type { QuarantinedRecord } from '../../../src/ports/quarantine.js';
import type { Application } from '../application/application.js';

/** All items of a stream of chunks. */
export async function collected<Item>(chunks: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const chunk of chunks) items.push(...chunk);
  return items;
}

/** A page of the quarantine, with its records. */
export async function quarantined(
  app: Pick<Application, 'manageQuarantine'>,
  page: number,
  pageSize: number,
): Promise<{ readonly total: number; readonly items: readonly QuarantinedRecord[] }> {
  const records = app.manageQuarantine.list(page, pageSize);
  const items: QuarantinedRecord[] = [];
  let piece = await records.next();
  for (; piece.done !== true; piece = await records.next()) items.push(...piece.value);
  return { total: piece.value, items };
}
