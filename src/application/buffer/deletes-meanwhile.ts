import type { Collection } from '../../domain/collection.js';
import { subjectId, Tombstones } from '../../domain/tombstone.js';
import type { Version } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';

/**
 * Deletes of this instance that took effect while batches were on their way into the journal: what
 * of them was accepted before a delete is gone by the time at which it gets into the buffer.
 */
export class DeletesMeanwhile {
  readonly #versions = new Map<string, Version>();
  #batches = 0;

  /** A batch is on its way; `end` says that it is not any more. */
  begin(): void {
    this.#batches += 1;
  }

  end(): void {
    this.#batches -= 1;
    if (this.#batches === 0) this.#versions.clear();
  }

  note({ name }: Collection, key: string, version: Version): void {
    if (this.#batches === 0) return;
    const subject = { kind: 'deleted', collection: name, key, parent: null } as const;
    this.#versions.set(subjectId(subject), version);
  }

  /** The same list when no delete covers any of them. */
  remaining(collection: Collection, writes: readonly Write[]): readonly Write[] {
    return new Tombstones(this.#versions).remaining(collection, writes);
  }
}
