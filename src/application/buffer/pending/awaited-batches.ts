import type { CollectionName } from '../../../domain/collection.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';

/** A batch whose request waits until the store has answered. */
export interface AwaitedBatch {
  readonly collection: CollectionName;
  readonly keys: ReadonlySet<string>;
  readonly version: Version;
  /** Why one of its writes is dropped; null while none is. */
  failure: unknown;
}

/**
 * `buffer.durability: stored`: a write that a flush does not settle is dropped, and the requests
 * that sent it are told. Writes of several batches may be merged into one; then all of them are.
 */
export class AwaitedBatches {
  readonly #batches = new Set<AwaitedBatch>();

  /** `writes` have one version. */
  begin(collection: CollectionName, writes: readonly Write[]): AwaitedBatch {
    const keys = new Set(writes.map(({ key }) => key));
    const batch = { collection, keys, version: writes[0]?.version ?? 0, failure: null };
    this.#batches.add(batch);
    return batch;
  }

  end(batch: AwaitedBatch): void {
    this.#batches.delete(batch);
  }

  /** A dropped write contains those of its key up to its version; later ones are still pending. */
  dropped(collection: CollectionName, writes: readonly Write[], error: unknown): void {
    // Each write once, and each key of a batch once: all of thousands of batches may be dropped.
    const newest = new Map<string, Version>();
    for (const { key, version } of writes) newest.set(key, Math.max(version, newest.get(key) ?? 0));
    for (const batch of this.#batches) {
      if (batch.collection !== collection || batch.failure !== null) continue;
      for (const key of batch.keys) {
        if (batch.version > (newest.get(key) ?? 0)) continue;
        batch.failure = error;
        break;
      }
    }
  }
}
