import { z } from 'zod';
import type { ServiceClient } from '../service-client.js';
import { counted, printable } from '../text.js';

/** Records per page: each may have several megabytes. */
const PAGE_SIZE = 50;

const page = z.object({
  total: z.number(),
  total_pages: z.number(),
  items: z.array(
    z.looseObject({
      id: z.string(),
      collection: z.string(),
      key: z.string(),
      reason: z.string(),
      attempts: z.number(),
      quarantined_at: z.string(),
    }),
  ),
});
type Page = z.infer<typeof page>;
type Item = Page['items'][number];

interface ListOptions {
  readonly limit?: number;
  readonly json?: boolean;
}

/** Prints each page as it arrives, so that a long list takes constant memory. */
export async function listQuarantine(
  client: ServiceClient,
  print: (line: string) => void,
  { limit = Number.POSITIVE_INFINITY, json = false }: ListOptions,
): Promise<void> {
  let total = 0;
  let shown = 0;
  for await (const batch of pages(client, Math.min(limit, PAGE_SIZE))) {
    if (shown === 0) {
      total = batch.total;
      if (json) print(`{"total":${total},"items":[`);
    }
    for (const item of batch.items.slice(0, limit - shown)) {
      if (json) print(`${shown === 0 ? '' : ','}${JSON.stringify(item)}`);
      else print(lineOf(item));
      shown += 1;
    }
    if (shown >= limit) break;
  }
  if (json) print(']}');
  else if (total === 0) print('The quarantine is empty.');
  else if (shown < total) print(`${counted(total, 'record')} in total.`);
}

/**
 * At least one page. Records that are quarantined meanwhile shift the others; none is returned
 * twice.
 */
async function* pages(client: ServiceClient, size: number): AsyncGenerator<Page> {
  const seen = new Set<string>();
  for (let number = 1; ; number += 1) {
    const found = await client.ask('read', page, (api) =>
      api.listQuarantine({ page: number, page_size: size }),
    );
    const items = found.items.filter(({ id }) => !seen.has(id));
    for (const { id } of items) seen.add(id);
    yield { ...found, items };
    if (number >= found.total_pages) return;
  }
}

function lineOf({ id, collection, key, reason, attempts, quarantined_at }: Item): string {
  const tries = attempts === 1 ? 'tried once' : `tried ${attempts} times`;
  return printable(`${id}  ${quarantined_at}  ${collection}  ${key}  ${tries}: ${reason}`);
}
