import type { Collection } from '../../../domain/collection.js';
import { subjectId, type Tombstone, Tombstones } from '../../../domain/tombstone.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';

/** The tombstones of a MemoryBackend. */
export class MemoryTombstones {
  readonly #versions = new Map<string, Version>();

  get newest(): Version {
    return Math.max(0, ...this.#versions.values());
  }

  clear(): void {
    this.#versions.clear();
  }

  add({ version, ...subject }: Tombstone): void {
    const id = subjectId(subject);
    this.#versions.set(id, Math.max(version, this.#versions.get(id) ?? 0));
  }

  /** Drops tombstones older than a version; returns how many. */
  drop(before: Version): number {
    const old = [...this.#versions].filter(([, version]) => version < before);
    for (const [subject] of old) this.#versions.delete(subject);
    return old.length;
  }

  /** The part of a write that no delete covers; null if there is none. */
  remaining(collection: Collection, write: Write): Write | null {
    return this.#all().remaining(collection, [write])[0] ?? null;
  }

  /** The tombstones that a write inherits from its parent. */
  inherited(collection: Collection, write: Write): readonly Tombstone[] {
    return this.#all().inherited(collection, [write]);
  }

  #all(): Tombstones {
    return new Tombstones(this.#versions);
  }
}
