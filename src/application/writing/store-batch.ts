import type { Collection } from '../../domain/collection.js';
import { ServiceError, StorageUnavailableError } from '../../domain/errors.js';
import type { Write } from '../../domain/write.js';
import type { AwaitedBatches } from '../buffer/pending/awaited-batches.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';

/** Adds the writes of a batch to the buffer, and waits until they are stored or quarantined. */
export class StoreBatch {
  constructor(
    private readonly dependencies: {
      readonly buffer: WriteBuffer;
      readonly awaited: AwaitedBatches;
      readonly holdsAccepted: boolean;
    },
  ) {}

  /**
   * Throws STORAGE_UNAVAILABLE if the store could not store them now. They are pending then, or, with
   * `durability: stored`, dropped. Throws what `WriteBuffer.add` throws, too.
   */
  run(collection: Collection, writes: readonly Write[]): Promise<void> {
    return this.dependencies.holdsAccepted
      ? this.#hold(collection, writes)
      : this.#storeOrDrop(collection, writes);
  }

  async #hold(collection: Collection, writes: readonly Write[]): Promise<void> {
    const { buffer } = this.dependencies;
    await buffer.add(collection, writes);
    await buffer.flush();
    const keys = new Set(writes.map(({ key }) => key));
    const stuck = buffer.stuck.find((each) => {
      return each.collection === collection.name && keys.has(each.key);
    });
    if (stuck === undefined) return;
    throw new ServiceError(
      'STORAGE_UNAVAILABLE',
      `The store fails on ${JSON.stringify(stuck.key)}, although it stores other records: ${stuck.reason}. The record is kept and retried.`,
      { retryAfter: 30 },
    );
  }

  /** Another batch may have decided the parent of a new record while this one waited. */
  #checkParents(collection: Collection, writes: readonly Write[]): void {
    const { parent } = collection;
    if (parent === null) return;
    for (const { key, fields } of writes) {
      const named = String(fields[parent.field]);
      const known = this.dependencies.buffer.parentOf(collection, key) ?? named;
      if (known === named) continue;
      throw new ServiceError(
        'SESSION_MISMATCH',
        `${collection.key} ${JSON.stringify(key)} already belongs to ${parent.field} ${JSON.stringify(known)}, in a pending write; this batch names ${JSON.stringify(named)}. Nothing of it was kept.`,
      );
    }
  }

  async #storeOrDrop(collection: Collection, writes: readonly Write[]): Promise<void> {
    const { buffer, awaited } = this.dependencies;
    // What an earlier journal holds is not merged with what may be dropped.
    if (buffer.isDraining) {
      const flush = () => buffer.flush();
      await buffer.countDuring(writes, flush).catch((error: unknown) => {
        throw notKept(error);
      });
      if (buffer.isDraining) throw draining();
      this.#checkParents(collection, writes);
    }
    const batch = awaited.begin(collection.name, writes);
    try {
      await buffer.add(collection, writes);
      // A flush may fail for the records of others: what counts is whether these are dropped.
      await buffer.flush().catch(() => undefined);
      if (batch.failure !== null) throw notKept(batch.failure);
    } finally {
      awaited.end(batch);
    }
  }
}

function draining(): ServiceError {
  return new ServiceError(
    'STORAGE_UNAVAILABLE',
    'A record of an earlier journal cannot be stored, and must be before any other (buffer.durability is stored). /health names it. Nothing of this batch was kept; send it again.',
    { retryAfter: 5 },
  );
}

function notKept(error: unknown): unknown {
  if (!(error instanceof StorageUnavailableError)) return error;
  const { backend, message, where, unclear } = error;
  const said = `${message}. Nothing of this batch is kept here (buffer.durability is stored), and some of it may be stored; send it again`;
  return new StorageUnavailableError(backend, said, error, {
    unclear,
    ...(where === undefined ? {} : { where }),
  });
}
