import type { Collection } from '../../../domain/collection.js';
import {
  deletedSubject,
  goneSubject,
  subjectId,
  type Tombstone,
  Tombstones,
} from '../../../domain/tombstone.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type { RecordName } from '../../../ports/deletion.js';

/**
 * Accepted batches that are being journaled and are not in the buffer yet. A delete of this
 * instance that takes effect meanwhile covers what was accepted before it.
 */
export class BatchesUnderWay {
  readonly #deletes = new Map<string, Version>();
  readonly #batches = new Set<readonly Write[]>();

  begin(batch: readonly Write[]): void {
    this.#batches.add(batch);
  }

  end(batch: readonly Write[]): void {
    this.#batches.delete(batch);
    const oldest = this.oldestVersion ?? Number.POSITIVE_INFINITY;
    for (const [subject, version] of this.#deletes)
      if (version < oldest) this.#deletes.delete(subject);
  }

  /** Null if no batch is being journaled. */
  get oldestVersion(): Version | null {
    let oldest: Version | null = null;
    for (const [write] of this.#batches) {
      if (write !== undefined && (oldest === null || write.version < oldest))
        oldest = write.version;
    }
    return oldest;
  }

  noteDelete(deleted: RecordName, gone: readonly RecordName[], version: Version): void {
    if (this.#batches.size === 0) return;
    this.#deletes.set(subjectId(deletedSubject(deleted.collection, deleted.key)), version);
    for (const { collection, key } of gone)
      this.#deletes.set(subjectId(goneSubject(collection, key)), version);
  }

  /**
   * The tombstones that these writes must leave in the store, although they do not reach it
   * (domain/tombstone.ts).
   */
  inherited(collection: Collection, writes: readonly Write[]): readonly Tombstone[] {
    return new Tombstones(this.#deletes).inherited(collection, writes);
  }

  /** Returns the writes that no delete covers; the same list if no delete covers any of them. */
  remaining(collection: Collection, writes: readonly Write[]): readonly Write[] {
    return new Tombstones(this.#deletes).remaining(collection, writes);
  }
}
