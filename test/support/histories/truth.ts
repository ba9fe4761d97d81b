import type { Collection, CollectionName } from '../../../src/domain/collection.js';
import { collectionOf } from '../../../src/domain/collections/family.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import type { Version } from '../../../src/domain/version.js';
import type { Write } from '../../../src/domain/write.js';
import type { QuarantinedRecord } from '../../../src/ports/quarantine.js';

/** The instance, and the position among all events. */
interface Happened {
  readonly by: number;
  readonly at: number;
}

/** One accepted write. */
export interface Accepted extends Happened {
  readonly collection: CollectionName;
  readonly write: Write;
}

/**
 * In one store: if the tasks are in another one, the delete may have been interrupted before that.
 */
interface Deleted extends Happened {
  readonly collections: readonly CollectionName[];
  readonly session: string;
  readonly version: Version;
}

interface Dropped extends Happened {
  readonly collection: CollectionName;
  readonly key: string;
  readonly parent: string | null;
  readonly version: Version;
  /** Nothing of the record was stored, so everything up to the version is permanently deleted. */
  readonly isWhole: boolean;
}

type Attempt = Pick<Accepted, 'collection' | 'write'>;

/** What was accepted, deleted and dropped in a history: its end is compared with this. */
export class Truth {
  readonly writes: Accepted[] = [];
  readonly deletes: Deleted[] = [];
  readonly drops: Dropped[] = [];
  readonly #attempts = new Map<string, Attempt>();
  readonly #known = new Set<string>();
  /** Increases with every event. */
  now = 0;

  /**
   * Writes of a batch that was acknowledged, or that a replay found, or that an instance without a
   * journal has stored: each write counts once. No two instances use the same version.
   */
  accepted(by: number, collection: CollectionName, writes: readonly Write[]): void {
    this.now += 1;
    for (const write of writes) {
      const id = idOf(collection, write);
      if (this.#known.has(id)) continue;
      this.#known.add(id);
      this.writes.push({ by, at: this.now, collection, write });
    }
  }

  /** A batch on its way to the store: it may take effect, acknowledged or not. */
  attempted(collection: CollectionName, writes: readonly Write[]): void {
    // A version that a killed run gave, and nothing kept, may be given again.
    for (const write of writes) this.#attempts.set(idOf(collection, write), { collection, write });
  }

  /**
   * What a store was sent and has accepted. Batches that wait at the same time are sent merged: each
   * of them counts, since a delete may be newer than one, and older than another.
   */
  tookEffect(by: number, collection: CollectionName, sent: readonly Write[]): void {
    const parts = sent.flatMap((write) => {
      const versions = [write.version, ...(write.olderVersions ?? [])];
      const batches = versions.flatMap(
        (version) => this.#attempts.get(idOf(collection, { ...write, version }))?.write ?? [],
      );
      return batches.length === 0 ? [write] : batches;
    });
    this.accepted(by, collection, parts);
  }

  deleted(
    by: number,
    collections: readonly CollectionName[],
    session: string,
    version: Version,
  ): void {
    this.now += 1;
    this.deletes.push({ by, at: this.now, collections, session, version });
  }

  dropped(
    by: number,
    { collection, write }: QuarantinedRecord,
    version: Version,
    isWhole: boolean,
  ): void {
    this.now += 1;
    const parent = parentOf(collectionOf(collection), write);
    this.drops.push({ by, at: this.now, collection, key: write.key, parent, version, isWhole });
  }

  /** The newest version accepted so far, by one instance or by any. */
  newest(by?: number): Version {
    const all = this.writes.filter((each) => by === undefined || each.by === by);
    return Math.max(0, ...all.map(({ write }) => write.version));
  }

  /** The accepted writes of one record: a key with another parent is another record. */
  of({ name }: Collection, key: string, parent: string | null): readonly Accepted[] {
    const collection = collectionOf(name);
    return this.writes.filter(
      (each) =>
        each.collection === name &&
        each.write.key === key &&
        parentOf(collection, each.write) === parent,
    );
  }

  /**
   * Whether a delete covers the write, or a drop that certainly covers it: only those that count. A
   * delete is direct if the record names what was deleted. Otherwise its parent does, which may be
   * pending at another instance: then nobody knows before that has flushed.
   */
  isCovered(
    { name }: Collection,
    write: Write,
    counts: (happened: Happened, what: 'delete' | 'drop', isDirect: boolean) => boolean = () =>
      true,
  ): boolean {
    const collection = collectionOf(name);
    return (
      this.#deletesOf(collection, write).some(
        (each) => each.isCertain && counts(each.deleted, 'delete', each.isDirect),
      ) ||
      this.#dropsOf(collection, write).some((each) => each.isWhole && counts(each, 'drop', true))
    );
  }

  /**
   * Whether it is unknown if the write survives: a drop covers it only if it was not stored before,
   * and a delete of its parent's parent covers it only if the parent existed at that time.
   */
  isInDoubt({ name }: Collection, write: Write): boolean {
    const collection = collectionOf(name);
    return (
      this.#dropsOf(collection, write).some(({ isWhole }) => !isWhole) ||
      this.#deletesOf(collection, write).some(({ isCertain }) => !isCertain)
    );
  }

  /** The deletes of sessions that cover a write, or may cover it. */
  #deletesOf(
    collection: Collection,
    write: Write,
  ): readonly {
    readonly deleted: Deleted;
    readonly isCertain: boolean;
    readonly isDirect: boolean;
  }[] {
    const { name, parent } = collection;
    const newer = this.deletes.filter(
      (each) => each.collections.includes(name) && each.version >= write.version,
    );
    const session = collection === SESSIONS ? write.key : parentOf(collection, write);
    if (parent === null || parent.collection === SESSIONS.name) {
      return newer
        .filter((each) => each.session === session)
        .map((deleted) => ({ deleted, isCertain: true, isDirect: true }));
    }
    // Two levels down, the record does not name the session: its parent does, if it is known.
    const parents = collectionOf(parent.collection);
    const ofParent = this.writes.filter(
      (each) => each.collection === parents.name && each.write.key === session,
    );
    const attempts = [...this.#attempts.values()].filter(
      (each) => each.collection === parents.name && each.write.key === session,
    );
    const sessions = new Set(
      [...ofParent, ...attempts].map((each) => parentOf(parents, each.write)),
    );
    const wasDropped = this.drops.some(({ key }) => key === session);
    return newer.flatMap((deleted) => {
      if (!sessions.has(deleted.session)) return [];
      const earlier = this.deletes.filter(
        (each) => each.session === deleted.session && each.version < deleted.version,
      );
      const since = Math.max(0, ...earlier.map(({ version }) => version));
      // One that a clock behind that of the delete accepts later may find a newer parent.
      const isThere = ofParent.some(
        ({ write, at }) =>
          write.version > since && write.version <= deleted.version && at < deleted.at,
      );
      const isCertain = isThere && sessions.size === 1 && !wasDropped;
      return [{ deleted, isCertain, isDirect: false }];
    });
  }

  #dropsOf(collection: Collection, write: Write): readonly Dropped[] {
    return this.drops.filter(
      (each) =>
        each.collection === collection.name &&
        each.key === write.key &&
        each.parent === parentOf(collection, write) &&
        each.version >= write.version,
    );
  }
}

export function parentOf({ parent }: Collection, { fields }: Pick<Write, 'fields'>): string | null {
  return parent === null ? null : String(fields[parent.field]);
}

function idOf(collection: CollectionName, { version, key }: Write): string {
  return `${version} ${collection} ${key}`;
}
