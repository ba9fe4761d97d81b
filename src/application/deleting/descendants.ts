import type { Collection, CollectionName } from '../../domain/collection.js';
import { childrenOf } from '../../domain/collections/family.js';
import { belongingTo, type Condition, type Position, unfinished } from '../../domain/query.js';
import type { StorageBackend, StorageRegistry } from '../../ports/storage-backend.js';

/** Keys that are read, and passed to one query, at a time. */
const CHUNK = 100;

/** The stored descendants of a record. */
export class Descendants {
  constructor(private readonly registry: StorageRegistry) {}

  /** Number of descendants, by collection. */
  async count(collection: Collection, key: string): Promise<ReadonlyMap<CollectionName, number>> {
    const counts = new Map<CollectionName, number>();
    await this.#walk(collection, [key], async (store, child, condition) => {
      const count = await store.count(child, [condition]);
      counts.set(child.name, (counts.get(child.name) ?? 0) + count);
      return false;
    });
    return counts;
  }

  /** Whether there is one, or an unfinished one. `stores` limits the search to some stores. */
  exists(
    collection: Collection,
    key: string,
    which: { readonly onlyUnfinished: boolean; readonly stores?: readonly StorageBackend[] },
  ): Promise<boolean> {
    return this.#walk(collection, [key], async (store, child, condition) => {
      if (which.stores?.includes(store) === false) return false;
      const work = which.onlyUnfinished ? [unfinished(child)] : [];
      return (await store.count(child, [condition, ...work])) > 0;
    });
  }

  /**
   * Checks each group of children, level by level, until a check returns true; returns whether one
   * does.
   */
  async #walk(
    collection: Collection,
    keys: readonly string[],
    ask: (store: StorageBackend, child: Collection, condition: Condition) => Promise<boolean>,
  ): Promise<boolean> {
    for (const { collection: child, field } of childrenOf(collection)) {
      const store = this.registry.backendOf(child.name);
      const condition = belongingTo(field, ...keys);
      if (await ask(store, child, condition)) return true;
      if (childrenOf(child).length === 0) continue;
      for await (const some of keysOf(store, child, [condition])) {
        if (await this.#walk(child, some, ask)) return true;
      }
    }
    return false;
  }
}

/** The keys of the records that meet the conditions, oldest first, in chunks. */
export async function* keysOf(
  store: StorageBackend,
  collection: Collection,
  conditions: readonly Condition[],
): AsyncGenerator<readonly string[]> {
  const sort = { field: 'created_at', direction: 'asc' } as const;
  let position: Position | null = null;
  do {
    const window =
      position === null
        ? ({ kind: 'page', page: 1, size: CHUNK } as const)
        : ({ kind: 'after', position, size: CHUNK } as const);
    const { keys, next } = await store.keys(collection, { conditions, sort, window });
    yield keys;
    position = next;
  } while (position !== null);
}
