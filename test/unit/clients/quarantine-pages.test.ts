import { describe, expect, it } from 'vitest';
import { eachQuarantined, type PersistenceClient } from '../../../clients/typescript/index.js';

/** A client whose quarantine changes before the read of some page, by the number of the read. */
function aQuarantine(ids: string[], changes: Record<number, (ids: string[]) => void> = {}) {
  let reads = 0;
  const listQuarantine = async ({ page = 1, page_size = 100 }) => {
    reads += 1;
    changes[reads]?.(ids);
    const items = ids.slice((page - 1) * page_size, page * page_size).map((id) => ({ id }));
    return { total: ids.length, total_pages: Math.ceil(ids.length / page_size), items };
  };
  return { client: { listQuarantine } as unknown as PersistenceClient, reads: () => reads };
}
async function read(client: PersistenceClient): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of eachQuarantined(client, 2)) found.push(id);
  return found;
}

describe('reading the quarantine', () => {
  it('misses no record while others are requeued, and returns none twice', async () => {
    const { client } = aQuarantine(['a', 'b', 'c', 'd', 'e'], { 2: (ids) => ids.splice(0, 1) });
    expect((await read(client)).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('misses none while they are requeued one by one', async () => {
    const drop = (ids: string[]) => ids.splice(0, 1);
    const { client } = aQuarantine(['a', 'b', 'c', 'd', 'e', 'f', 'g'], { 2: drop, 4: drop });
    expect((await read(client)).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  it('ends where the pages end, also if all are gone', async () => {
    const gone = aQuarantine(['a', 'b', 'c'], { 2: (ids) => ids.splice(0) });
    expect(await read(gone.client)).toEqual(['a', 'b']);
    const still = aQuarantine(['a', 'b', 'c', 'd']);
    expect([await read(still.client), still.reads()]).toEqual([['a', 'b', 'c', 'd'], 2]);
  });
});
