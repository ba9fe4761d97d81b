import type { Collection } from '../../domain/collection.js';
import { childrenOf } from '../../domain/collections/family.js';
import {
  belongingTo,
  type Condition,
  DEFAULT_SORT,
  type Sort,
  unfinished,
  type Window,
} from '../../domain/query.js';
import { type RecordFields, toRecord } from '../../domain/write.js';
import type { KeyWindow } from '../../ports/storage-backend.js';
import { type WalkDependencies, walk } from './walk.js';

/** Keys of one question to the store, and records. */
const KEYS = 500;
const RECORDS = 100;

/** Records in chunks: read them as you send them, so that memory use stays flat. */
export type RecordChunks = AsyncIterable<readonly RecordFields[]>;

export interface RestoredRecord {
  readonly record: RecordFields;
  /** All its unfinished children of one collection, oldest first. */
  unfinished(children: Collection): RecordChunks;
}

/**
 * What a translation backend reads after it crashed. Both answers must include everything accepted
 * before: the caller has flushed the buffer.
 */
export class ReadUnfinished {
  constructor(private readonly dependencies: WalkDependencies) {}

  /**
   * All unfinished records, and finished ones that have unfinished children, newest first. Each is
   * examined once, at its place in the list: what becomes unfinished behind that place is missing.
   */
  async *list(collection: Collection): AsyncGenerator<readonly RecordFields[]> {
    const store = this.dependencies.registry.backendOf(collection.name);
    let window: Window | null = { kind: 'page', page: 1, size: KEYS };
    while (window !== null) {
      // Without the records: most are finished, and they may be large.
      const all: KeyWindow = await store.keys(collection, {
        conditions: [],
        sort: DEFAULT_SORT,
        window,
      });
      const keys = await this.#unfinishedAmong(collection, all.keys);
      for (let from = 0; from < keys.length; from += RECORDS) {
        const among = belongingTo(collection.key, ...keys.slice(from, from + RECORDS));
        yield* this.#walk(collection, [among], DEFAULT_SORT);
      }
      window = all.next && { kind: 'after', position: all.next, size: KEYS };
    }
  }

  /** In the order of the keys. */
  async #unfinishedAmong(
    collection: Collection,
    keys: readonly string[],
  ): Promise<readonly string[]> {
    const { registry } = this.dependencies;
    const found = new Set<string>();
    // The children first: a record that is resumed becomes unfinished before its last child is
    // finished, and is seen as the one or the other.
    for (const { collection: children } of childrenOf(collection)) {
      const store = registry.backendOf(children.name);
      for (const key of await store.parentsWith(children, keys, [unfinished(children)]))
        found.add(key);
    }
    const open = await registry.backendOf(collection.name).keys(collection, {
      conditions: [belongingTo(collection.key, ...keys), unfinished(collection)],
      // In this order, the store looks at these keys and at no others.
      sort: { field: collection.key, direction: 'asc' },
      window: { kind: 'page', page: 1, size: KEYS },
    });
    for (const key of open.keys) found.add(key);
    return keys.filter((key) => found.has(key));
  }

  /** Null if there is no such record. */
  async restore(collection: Collection, key: string): Promise<RestoredRecord | null> {
    const stored = await this.dependencies.registry
      .backendOf(collection.name)
      .read(collection, key);
    if (stored === null) return null;
    this.dependencies.versions.observeAll([stored]);
    return {
      record: toRecord(collection, stored),
      unfinished: (children) => {
        const { parent } = children;
        if (parent?.collection !== collection.name)
          throw new Error(`${children.name} does not belong to ${collection.name}`);
        const conditions = [belongingTo(parent.field, key), unfinished(children)];
        return this.#walk(children, conditions, { field: 'created_at', direction: 'asc' });
      },
    };
  }

  #walk(
    collection: Collection,
    conditions: readonly Condition[],
    sort: Sort,
  ): AsyncGenerator<readonly RecordFields[]> {
    return walk(this.dependencies, collection, { conditions, sort });
  }
}
