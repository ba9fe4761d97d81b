import type { Collection } from '../../../domain/collection.js';
import { childrenOf } from '../../../domain/collections/family.js';
import {
  compareTombstones,
  goneSubject,
  parseSubjectId,
  subjectId,
  type Tombstone,
  type TombstonePosition,
  Tombstones,
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
    const id = subjectId(subject);
    this.#versions.set(id, Math.max(version, this.#versions.get(id) ?? 0));
  }

  /** Those after a position, in order. */
  after(position: TombstonePosition | null, limit: number): readonly Tombstone[] {
    return [...this.#versions]
      .map(([id, version]) => ({ id, version }))
      .filter((each) => position === null || compareTombstones(each, position) > 0)
      .sort(compareTombstones)
      .slice(0, limit)
      .map(({ id, version }) => ({ ...parseSubjectId(id), version }));
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

/**
 * The tombstone of a record that is deleted with its parent; not needed if no collection belongs to
 * it.
 */
export function goneWith(
  collection: Collection,
  { key }: Write,
  version: Version,
): readonly Tombstone[] {
  if (childrenOf(collection).length === 0) return [];
  return [{ ...goneSubject(collection.name, key), version }];
}
