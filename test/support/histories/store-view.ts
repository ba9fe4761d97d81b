import type { Collection, CollectionName } from '../../../src/domain/collection.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { DEFAULT_SORT } from '../../../src/domain/query.js';
import type { Write } from '../../../src/domain/write.js';
import type { QuarantinedRecord } from '../../../src/ports/quarantine.js';
import type { Backends } from './instance.js';

/** More records than any history leaves. */
const ALL = 1000;
const EVERYTHING = { records: ALL, bytes: Number.MAX_SAFE_INTEGER };

/** The complete content of the stores, read directly and not through the instances. */
export interface StoreView {
  readonly of: (collection: CollectionName) => ReadonlyMap<string, Write>;
  readonly sessions: ReadonlyMap<string, Write>;
  readonly tasks: ReadonlyMap<string, Write>;
  /** In an order that is the same in every store. */
  readonly quarantined: readonly QuarantinedRecord[];
}

export async function viewOf({ sessions, tasks }: Backends): Promise<StoreView> {
  const all = async (collection: Collection) => {
    const store = collection === SESSIONS ? sessions : tasks;
    const window = { kind: 'page', page: 1, size: ALL } as const;
    const { items } = await store.query(collection, { conditions: [], sort: DEFAULT_SORT, window });
    return new Map(items.map((write) => [write.key, write]));
  };
  const quarantined = [...(await tasks.quarantine.list(0, EVERYTHING))];
  if (sessions !== tasks) quarantined.push(...(await sessions.quarantine.list(0, EVERYTHING)));
  const stored = new Map<CollectionName, ReadonlyMap<string, Write>>();
  for (const collection of COLLECTIONS) stored.set(collection.name, await all(collection));
  const of = (name: CollectionName) => stored.get(name) ?? new Map<string, Write>();
  return {
    of,
    sessions: of(SESSIONS.name),
    tasks: of(TASKS.name),
    quarantined: quarantined.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)),
  };
}

function placeOf({ collection, write }: QuarantinedRecord): string {
  return JSON.stringify([collection, write.key, write.fields.session_id ?? write.fields.task_id]);
}
