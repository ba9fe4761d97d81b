import { afterAll, beforeAll, beforeEach } from 'vitest';
import {
  INSTANCES,
  QUARANTINE,
  TOMBSTONES,
} from '../../../src/adapters/storage/sql/tables/internal-tables.js';
import type { Collection } from '../../../src/domain/collection.js';
import { COLLECTIONS } from '../../../src/domain/collections/list.js';
import { type Condition, DEFAULT_SORT, type Sort } from '../../../src/domain/query.js';
import { toRecord } from '../../../src/domain/write.js';
import type { StorageBackend } from '../../../src/ports/storage-backend.js';
import { SESSIONS, sessionWrite, TASKS } from '../../support/records/writes.js';

export interface StorageUnderTest {
  /** Returns an open backend that holds all collections; called once. */
  open(): Promise<StorageBackend>;
  /** Removes everything from the open store, including tombstones and quarantine. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** The tables of an SQL store, children first. */
export const TABLES: readonly string[] = [
  ...COLLECTIONS.map(({ name }) => name).reverse(),
  TOMBSTONES.name,
  INSTANCES.name,
  QUARANTINE.name,
];

/** Opens the store of a suite once, empties it before each test, and closes it at the end. */
export function storeOf(subject: StorageUnderTest) {
  let opened: StorageBackend | null = null;
  const store = (): StorageBackend => {
    if (opened === null) throw new Error('the store is not open yet');
    return opened;
  };
  beforeAll(async () => {
    opened = await subject.open();
  }, 120_000);
  afterAll(() => subject.close());
  beforeEach(() => subject.empty());
  return {
    store,
    /** A record as readers see it; null if there is none. */
    async read(collection: Collection, key: string) {
      const write = await store().read(collection, key);
      return write === null ? null : toRecord(collection, write);
    },
    withSession: () => store().write(SESSIONS, [sessionWrite('s-1', 0)]),
    /** The keys of a list of up to a thousand records, in its order. */
    async keysOf(
      conditions: readonly Condition[],
      sort: Sort = DEFAULT_SORT,
      collection: Collection = TASKS,
    ) {
      const window = { kind: 'page', page: 1, size: 1000 } as const;
      const { items } = await store().query(collection, { conditions, sort, window });
      return items.map(({ key }) => key);
    },
  };
}
