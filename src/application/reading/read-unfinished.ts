import type { Collection } from '../../domain/collection.js';
import { childrenOf } from '../../domain/collections/family.js';
import {
  belongingTo,
  type Condition,
  DEFAULT_SORT,
  finished,
  type Sort,
  unfinished,
} from '../../domain/query.js';
import type { VersionSequence } from '../../domain/version.js';
import { type RecordFields, toRecord } from '../../domain/write.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import { merged, newestFirst } from './merged-walks.js';
import { walk } from './walk.js';

/** Keys of one question to the store. */
const KEYS = 500;

/** Records in chunks: read them as you send them, so that memory use stays flat. */
export type RecordChunks = AsyncIterable<readonly RecordFields[]>;

export interface RestoredRecord {
  readonly record: RecordFields;
  /** All its unfinished children of one collection, oldest first. */
  unfinished(children: Collection): RecordChunks;
}

/**
 * What a translation backend reads after it crashed. Both answers include everything accepted
 * before.
 */
export class ReadUnfinished {
  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly versions: VersionSequence;
    },
  ) {}

  /**
   * All unfinished records, and finished ones that have unfinished children, newest first. One that
   * is finished while the list is read comes last.
   */
  async list(collection: Collection): Promise<RecordChunks> {
    await this.dependencies.buffer.flush();
    const withWork = new Set<string>();
    for (const { collection: children } of childrenOf(collection)) {
      const store = this.dependencies.registry.backendOf(children.name);
      const keys = await store.parentsOf(children, [unfinished(children)]);
      for (const key of keys) withWork.add(key);
    }
    const finishedKeys = await this.#finished(collection, [...withWork]);
    return this.#listed(collection, withWork, finishedKeys);
  }

  async *#listed(
    collection: Collection,
    withWork: ReadonlySet<string>,
    finishedKeys: readonly string[],
  ): AsyncGenerator<readonly RecordFields[]> {
    const missed = new Set(withWork);
    const open = this.#walk(collection, [unfinished(collection)], DEFAULT_SORT);
    for await (const chunk of merged(collection, open, this.#withKeys(collection, finishedKeys))) {
      for (const record of chunk) missed.delete(String(record[collection.key]));
      yield chunk;
    }
    // Finished after `finishedKeys` were read, and before the walk came to them.
    yield* this.#withKeys(collection, [...missed]);
  }

  /** Null if there is no such record. */
  async restore(collection: Collection, key: string): Promise<RestoredRecord | null> {
    await this.dependencies.buffer.flush();
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

  /** Those of the keys whose records are finished, newest first; the records may be large. */
  async #finished(collection: Collection, keys: readonly string[]): Promise<readonly string[]> {
    const found: RecordFields[] = [];
    for (let from = 0; from < keys.length; from += KEYS) {
      const among = belongingTo(collection.key, ...keys.slice(from, from + KEYS));
      const conditions = [among, ...finished(collection)];
      // In the order of the keys, the store reads these and no others.
      const sort = { field: collection.key, direction: 'asc' } as const;
      for await (const chunk of this.#walk(collection, conditions, sort)) {
        for (const record of chunk) {
          const [key = null, created_at = null] = [record[collection.key], record.created_at];
          found.push({ [collection.key]: key, created_at });
        }
      }
    }
    return found.sort(newestFirst(collection)).map((record) => String(record[collection.key]));
  }

  async *#withKeys(
    collection: Collection,
    keys: readonly string[],
  ): AsyncGenerator<readonly RecordFields[]> {
    for (let from = 0; from < keys.length; from += KEYS) {
      const among = belongingTo(collection.key, ...keys.slice(from, from + KEYS));
      yield* this.#walk(collection, [among], DEFAULT_SORT);
    }
  }

  #walk(
    collection: Collection,
    conditions: readonly Condition[],
    sort: Sort,
  ): AsyncGenerator<readonly RecordFields[]> {
    return walk(this.dependencies, collection, { conditions, sort });
  }
}
