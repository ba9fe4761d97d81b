import type { Collection } from '../../../domain/collection.js';
import {
  newerThan,
  subjectId,
  subjectsOf,
  type Tombstone,
  type TombstoneSubject,
} from '../../../domain/tombstone.js';
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
    this.#versions.set(subjectId(subject), Math.max(version, this.#versionOf(subject)));
  }

  /** Those older than a version; returns how many. */
  drop(before: Version): number {
    const old = [...this.#versions].filter(([, version]) => version < before);
    for (const [subject] of old) this.#versions.delete(subject);
    return old.length;
  }

  /** What of a write no delete covers; null when nothing. */
  remaining(collection: Collection, write: Write): Write | null {
    const versions = subjectsOf(collection, write).map((subject) => this.#versionOf(subject));
    return newerThan(collection, write, Math.max(...versions));
  }

  #versionOf(subject: TombstoneSubject): Version {
    return this.#versions.get(subjectId(subject)) ?? 0;
  }
}
