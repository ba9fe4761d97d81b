import type { Collection } from '../../domain/collection.js';
import type { Condition, Window } from '../../domain/query.js';
import { positionOfTombstone, type Tombstone } from '../../domain/tombstone.js';
import type { Version } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import type { QuarantinedRecord, SliceLimit } from '../../ports/quarantine.js';
import type { StorageBackend } from '../../ports/storage-backend.js';
import type { Pages } from './pairs.js';

/** Records that are read, and written in one transaction, at a time. */
const ROWS = 1000;
/** Bytes of their texts; a single larger record is allowed. */
const BYTES = 8 * 1024 * 1024;
const SLICE: SliceLimit = { records: 500, bytes: 4 * 1024 * 1024 };
const TOMBSTONES = 500;

/** The stored records of a collection that meet the conditions, in the order of keys. */
export async function* recordsOf(
  store: StorageBackend,
  collection: Collection,
  conditions: readonly Condition[] = [],
): Pages<Write> {
  const sort = { field: collection.key, direction: 'asc' } as const;
  let window: Window | null = { kind: 'page', page: 1, size: ROWS };
  while (window !== null) {
    const query = { conditions, sort, window, maxBytes: BYTES };
    const { items, next } = await store.query(collection, query);
    yield items;
    window = next === null ? null : { kind: 'after', position: next, size: ROWS };
  }
}

/** The tombstones from a version on, in their order. */
export async function* tombstonesOf(store: StorageBackend, from: Version): Pages<Tombstone> {
  let position = { version: from, id: '' };
  for (;;) {
    const some = await store.tombstones.after(position, TOMBSTONES);
    const last = some.at(-1);
    if (last === undefined) return;
    yield some;
    position = positionOfTombstone(last);
  }
}

/** The records in quarantine, in the order of ids. */
export async function* quarantinedIn({ quarantine }: StorageBackend): Pages<QuarantinedRecord> {
  let last: string | null = null;
  do {
    const some: readonly QuarantinedRecord[] = await quarantine.after(last, SLICE);
    last = some.at(-1)?.id ?? null;
    if (last !== null) yield some;
  } while (last !== null);
}
