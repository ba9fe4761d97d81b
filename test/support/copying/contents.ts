import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { positionOfTombstone, subjectId, type Tombstone } from '../../../src/domain/tombstone.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { meaningOf } from '../records/meaning.js';

const ALL = { records: 1_000_000, bytes: 1_000_000_000 };

/** Everything that a copy must carry over, sorted by names: compare it with that of another store. */
export async function contentsOf(store: StorageBackend) {
  const records: Record<string, unknown> = {};
  for (const collection of COLLECTIONS) {
    const sort = { field: collection.key, direction: 'asc' } as const;
    const window = { kind: 'page', page: 1, size: 1_000_000 } as const;
    const { items } = await store.query(collection, { conditions: [], sort, window });
    for (const write of items)
      records[`${collection.name}/${write.key}`] = meaningOf(collection, write);
  }
  const tombstones: Record<string, number> = {};
  let last: Tombstone | undefined;
  for (;;) {
    const position = last === undefined ? null : positionOfTombstone(last);
    const some: readonly Tombstone[] = await store.tombstones.after(position, 1000);
    last = some.at(-1);
    if (last === undefined) break;
    for (const tombstone of some) tombstones[subjectId(tombstone)] = tombstone.version;
  }
  const quarantined = await store.quarantine.list(0, ALL);
  return { records, tombstones, quarantined };
}
