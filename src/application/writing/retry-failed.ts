import { type Collection, type FieldValue, MAX_INTEGER } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { causeIn, causeOf } from '../../domain/failure-cause.js';
import {
  belongingTo,
  type Condition,
  failed,
  type Position,
  type Window,
} from '../../domain/query.js';
import { FINISHED_STATUSES, PENDING, PROCESSING } from '../../domain/status.js';
import type { Version, VersionSequence } from '../../domain/version.js';
import { newWrite, type Write } from '../../domain/write.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { StoreBatch } from './store-batch.js';

/** Records that are read and set back at a time, and the bytes of their texts. */
const CHUNK = 500;
const CHUNK_BYTES = 2 * 1024 * 1024;

/** Which failed records: those that meet all conditions and have this cause (null: any). */
export interface RetrySelection {
  readonly conditions: readonly Condition[];
  /** As `causeOf` gives it, or any message with that cause. */
  readonly cause: string | null;
}

interface Chunk {
  readonly writes: readonly Write[];
  readonly next: Position | null;
  /** Resolves when the retries are durable. */
  readonly added: Promise<unknown>;
}

interface Family {
  readonly children: Collection;
  readonly parents: Collection;
  readonly parentKey: string;
}

/**
 * Sets failed records back to pending, so that their work is repeated. A retry is a write: what a
 * client writes after it wins, and a delete after it removes the record.
 */
export class RetryFailed {
  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly versions: VersionSequence;
      readonly storeBatch: StoreBatch;
      readonly holdsAccepted: boolean;
    },
  ) {}

  /**
   * Retries failed children of a record, and returns how many; null if there is no such record. If
   * the record itself is finished, it becomes `processing`. Resolves when the retries are as durable
   * as `buffer.durability` promises. Throws STORAGE_UNAVAILABLE, BUFFER_FULL or JOURNAL_UNAVAILABLE;
   * some are retried then, and the call can be repeated: what is retried is not failed any more.
   */
  async run(
    children: Collection,
    parentKey: string,
    selection: RetrySelection,
  ): Promise<number | null> {
    const { registry, buffer, versions } = this.dependencies;
    const { parent } = children;
    if (parent === null) throw new Error(`${children.name} has no parent`);
    const parents = collectionOf(parent.collection);
    const conditions = [
      belongingTo(parent.field, parentKey),
      failed(children),
      ...selection.conditions,
    ];
    await buffer.flush();
    if ((await registry.backendOf(parents.name).read(parents, parentKey)) === null) return null;
    // The retries are newer than everything that is stored.
    for (const name of [parents.name, children.name])
      versions.observe(await registry.backendOf(name).newestVersion());
    const family = { children, parents, parentKey };
    let retried = 0;
    let window: Window | null = { kind: 'page', page: 1, size: CHUNK };
    while (window !== null) {
      const chosen = { conditions, cause: selection.cause };
      const { writes, next, added } = await this.#retry(family, chosen, window, retried === 0);
      await added;
      retried += writes.length;
      window = next === null ? null : { kind: 'after', position: next, size: CHUNK };
    }
    return retried;
  }

  /**
   * Everything accepted before the retries is stored when the failed records are read, and what is
   * accepted later has a newer version: so no write in between is undone. The retries are handed to
   * the buffer before a delete can run, so that it covers them.
   */
  #retry(
    { children, parents, parentKey }: Family,
    { conditions, cause }: RetrySelection,
    window: Window,
    isFirst: boolean,
  ): Promise<Chunk> {
    const { registry, buffer, versions } = this.dependencies;
    return buffer.flushThen(async (version) => {
      const { items, next } = await registry.backendOf(children.name).query(children, {
        conditions,
        sort: { field: 'created_at', direction: 'asc' },
        window,
        maxBytes: CHUNK_BYTES,
      });
      versions.observeAll(items);
      const selected = items.filter((write) => hasCause(children, write, cause));
      const resumed =
        isFirst && selected.length > 0 ? await this.#resumed(parents, parentKey, version) : null;
      // Nothing is awaited from here until the buffer has them. A write that names another parent is
      // refused by its store; it was acknowledged, so a retry must not take its place.
      const writes = selected
        .filter(({ key }) => (buffer.parentOf(children, key) ?? parentKey) === parentKey)
        .map((write) => retryOf(children, write, version));
      if (writes.length === 0) return { writes, next, added: Promise.resolve() };
      const added = Promise.all([
        ...(resumed === null ? [] : [this.#add(parents, [resumed])]),
        this.#add(children, writes),
      ]);
      // It is awaited after the flush, and may fail earlier.
      added.catch(() => undefined);
      return { writes, next, added };
    });
  }

  /** Null if work on the record goes on anyway. */
  async #resumed(parents: Collection, key: string, version: Version): Promise<Write | null> {
    const { status } = parents;
    const stored = await this.dependencies.registry.backendOf(parents.name).read(parents, key);
    if (status === null || stored === null) return null;
    if (!FINISHED_STATUSES.includes(String(stored.fields[status]))) return null;
    return newWrite(key, version, { ...requiredOf(parents, stored), [status]: PROCESSING });
  }

  #add(collection: Collection, writes: readonly Write[]): Promise<void> {
    const { buffer, storeBatch, holdsAccepted } = this.dependencies;
    return holdsAccepted ? buffer.add(collection, writes) : storeBatch.run(collection, writes);
  }
}

function hasCause(collection: Collection, { fields }: Write, cause: string | null): boolean {
  if (cause === null) return true;
  const found = causeIn(collection, fields);
  return found === cause || found === causeOf(cause);
}

function retryOf(collection: Collection, write: Write, version: Version): Write {
  const { failure, status, name } = collection;
  if (failure === null || status === null) throw new Error(`${name} cannot be retried`);
  return newWrite(write.key, version, {
    ...requiredOf(collection, write),
    [status]: PENDING,
    [failure.message]: null,
    [failure.attempts]: Math.min(MAX_INTEGER, Number(write.fields[failure.attempts] ?? 0) + 1),
  });
}

/** The fields that every write contains. */
function requiredOf({ fields }: Collection, write: Write): Record<string, FieldValue> {
  return Object.fromEntries(
    fields
      .filter(({ required }) => required)
      .map(({ name }) => [name, write.fields[name] as FieldValue]),
  );
}
