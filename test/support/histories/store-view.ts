import type { Collection } from '../../../src/domain/collection.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { DEFAULT_SORT } from '../../../src/domain/query.js';
import type { Write } from '../../../src/domain/write.js';
import type { QuarantinedRecord } from '../../../src/ports/quarantine.js';
import type { Backends } from './instance.js';

/** More than any history leaves. */
const ALL = 1000;
const EVERYTHING = { records: ALL, bytes: Number.MAX_SAFE_INTEGER };

/** All that the stores hold, asked for past the instances. */
export interface StoreView {
  readonly sessions: ReadonlyMap<string, Write>;
  readonly tasks: ReadonlyMap<string, Write>;
  /** In an order that is the same in every store. */
  readonly quarantined: readonly QuarantinedRecord[];
}

export async function viewOf({ sessions, tasks }: Backends): Promise<StoreView> {
  const all = async (store: Backends['sessions'], collection: Collection) => {
    const window = { kind: 'page', page: 1, size: ALL } as const;
    const { items } = await store.query(collection, { conditions: [], sort: DEFAULT_SORT, window });
    return new Map(items.map((write) => [write.key, write]));
  };
  const quarantined = [...(await tasks.quarantine.list(0, EVERYTHING))];
  if (sessions !== tasks) quarantined.push(...(await sessions.quarantine.list(0, EVERYTHING)));
  return {
    sessions: await all(sessions, SESSIONS),
    tasks: await all(tasks, TASKS),
    quarantined: quarantined.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)),
  };
}

function placeOf({ write }: QuarantinedRecord): string {
  return JSON.stringify([write.key, write.fields.session_id]);
}
