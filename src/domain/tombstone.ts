/**
 * A delete is a write: it has the version at which it was accepted, and a store keeps it as a
 * tombstone. Writes that were accepted before it and arrive later have no effect.
 *
 * This is the part of the merge rule (merge.ts) that concerns deletes. Like the other part, it has
 * two interpreters: `newerThan` for pending writes, and the deletes of the stores.
 */
import type { Collection, CollectionName, FieldValue } from './collection.js';
import { childrenOf, collectionOf } from './collections/family.js';
import { compareUtf8 } from './utf8-order.js';
import { acceptedAt, type Version, versionAt } from './version.js';
import { type CounterStep, counterSteps, versionOfField, type Write } from './write.js';

/**
 * Milliseconds by which a delete that commits later may be older than the newest version in its store
 * now. A delete takes a version above the newest one in the store, and then waits for a flush.
 */
export const LONGEST_DELETE = 600_000;

/**
 * - `deleted`: the record was deleted, with the records that belong to it: covers both.
 * - `gone`: the record was deleted with its parent: covers the records that belong to it, which do
 *   not name that parent. Its own writes name the parent, and are covered by the tombstone of the
 *   parent; another record of this key, with another parent, is not covered.
 * - `dropped`: a person dropped a quarantined write: covers writes of this key that name the same
 *   parent. A write that names another parent is another record, which nobody dropped.
 */
export type TombstoneKind = 'deleted' | 'gone' | 'dropped';

export interface Tombstone {
  readonly kind: TombstoneKind;
  readonly collection: CollectionName;
  readonly key: string;
  /** For `dropped`: the parent that the write names. Null if it has none, and for other kinds. */
  readonly parent: string | null;
  /** Every write of this version or an older one is covered. */
  readonly version: Version;
}

/** Identifies a tombstone: of two with the same subject, the greater version counts. */
export type TombstoneSubject = Omit<Tombstone, 'version'>;

/**
 * The tombstones that can cover a write: of its own record, and of the record that it belongs to.
 */
export function subjectsOf(collection: Collection, write: Write): TombstoneSubject[] {
  const { name, parent } = collection;
  const own: TombstoneSubject[] = [
    deletedSubject(name, write.key),
    droppedSubject(collection, write),
  ];
  if (parent === null) return own;
  const key = String(write.fields[parent.field]);
  const ofParent = deletedSubject(parent.collection, key);
  const goes = collectionOf(parent.collection).parent !== null;
  return [...own, ofParent, ...(goes ? [goneSubject(parent.collection, key)] : [])];
}

export function goneSubject(collection: CollectionName, key: string): TombstoneSubject {
  return { kind: 'gone', collection, key, parent: null };
}

export function deletedSubject(collection: CollectionName, key: string): TombstoneSubject {
  return { kind: 'deleted', collection, key, parent: null };
}

/** The subject of a tombstone for a dropped write. */
export function droppedSubject({ name, parent }: Collection, write: Write): TombstoneSubject {
  const of = parent === null ? null : String(write.fields[parent.field]);
  return { kind: 'dropped', collection: name, key: write.key, parent: of };
}

/** Some tombstones, by `subjectId`. */
export class Tombstones {
  constructor(private readonly versions: ReadonlyMap<string, Version>) {}

  /**
   * What remains of the writes: some unchanged, some without what a delete covers, some not at all.
   * The same array if no delete covers any of them.
   */
  remaining(collection: Collection, writes: readonly Write[]): readonly Write[] {
    if (this.versions.size === 0) return writes;
    let isCovered = false;
    const remaining = writes.flatMap((write) => {
      const left = newerThan(collection, write, this.#versionFor(collection, write));
      if (left !== write) isCovered = true;
      return left ?? [];
    });
    return isCovered ? remaining : writes;
  }

  /**
   * The tombstones `gone` that writes inherit from a deleted parent: a tombstone covers a record
   * and its children, and the children of these name neither.
   */
  inherited(collection: Collection, writes: readonly Write[]): readonly Tombstone[] {
    const { name, parent } = collection;
    if (parent === null || this.versions.size === 0 || childrenOf(collection).length === 0)
      return [];
    return writes.flatMap((write) => {
      const parentKey = String(write.fields[parent.field]);
      const version = Math.max(
        this.#versionOf(deletedSubject(parent.collection, parentKey)),
        this.#versionOf(goneSubject(parent.collection, parentKey)),
      );
      // What its own delete covers no longer existed when the parent was deleted.
      const left = newerThan(collection, write, this.#versionOf(deletedSubject(name, write.key)));
      const isNew = version > this.#versionOf(goneSubject(name, write.key));
      return isNew && left !== null && oldestVersion(left) <= version
        ? [{ ...goneSubject(name, write.key), version }]
        : [];
    });
  }

  #versionFor(collection: Collection, write: Write): Version {
    return Math.max(...subjectsOf(collection, write).map((subject) => this.#versionOf(subject)));
  }

  #versionOf(subject: TombstoneSubject): Version {
    return this.versions.get(subjectId(subject)) ?? 0;
  }
}

/** Separates the parts of a subject id: a character that no key contains. */
const SEPARATOR = '\u001f';

/** One text per subject: the id of a tombstone's row. */
export function subjectId({ kind, collection, key, parent }: TombstoneSubject): string {
  const id = `${kind}:${collection}/${key}`;
  return parent === null ? id : `${id}${SEPARATOR}${parent}`;
}

/** The subject of such an id. Throws a plain error for any other text, which is a bug. */
export function parseSubjectId(id: string): TombstoneSubject {
  const [, kind, collection = '', rest = ''] = /^(\w+):([^/]+)\/(.*)$/su.exec(id) ?? [];
  if (kind !== 'deleted' && kind !== 'gone' && kind !== 'dropped')
    throw new Error('this is no id of a tombstone');
  const [key = '', parent = null] = rest.split(SEPARATOR);
  return { kind, collection, key, parent };
}

/** The order of tombstones: by version, then by subject id, byte for byte. */
export function compareTombstones(a: TombstonePosition, b: TombstonePosition): number {
  return a.version - b.version || compareUtf8(a.id, b.id);
}

/** A place in the order of tombstones. */
export interface TombstonePosition {
  readonly version: Version;
  /** A `subjectId`; an empty text comes before every other. */
  readonly id: string;
}

export function positionOfTombstone(tombstone: Tombstone): TombstonePosition {
  return { version: tombstone.version, id: subjectId(tombstone) };
}

/**
 * The part of a write that was accepted after `version`: the write itself, the write without the
 * values of older writes that were merged into it, or null if nothing was.
 */
export function newerThan(collection: Collection, write: Write, version: Version): Write | null {
  if (write.version <= version) return null;
  if (oldestVersion(write) > version) return write;
  const olderVersions = write.olderVersions?.filter((older) => older > version) ?? [];
  const fields: Record<string, FieldValue> = {};
  const olderFields: Record<string, Version> = {};
  const olderCounters: Record<string, readonly CounterStep[]> = {};
  for (const { name, rule, required } of collection.fields) {
    if (!(name in write.fields)) continue;
    if (rule === 'greatest') {
      const steps = counterSteps(write, name).filter(([of]) => of > version);
      const [greatest] = steps;
      if (greatest === undefined) continue;
      fields[name] = greatest[1];
      if (greatest[0] !== write.version) olderCounters[name] = steps;
      continue;
    }
    const of = versionOfField(write, name);
    if (!required && of <= version) continue;
    fields[name] = write.fields[name] as FieldValue;
    if (!required && of < write.version) olderFields[name] = of;
  }
  const left = {
    key: write.key,
    version: write.version,
    fields,
    ...optional({ olderFields, olderCounters }),
    ...(olderVersions.length > 0 ? { olderVersions } : {}),
  };
  return { ...left, createdAt: acceptedAt(oldestKnown(left)) };
}

/**
 * The version of the oldest write that still contributes to this one, or a little older: more may
 * have been merged than `olderVersions` lists.
 */
export function oldestVersion(write: Write): Version {
  const known = oldestKnown(write);
  return write.createdAt < acceptedAt(known) ? versionAt(write.createdAt) : known;
}

function oldestKnown(write: Omit<Write, 'createdAt'>): Version {
  let oldest = write.olderVersions?.[0] ?? write.version;
  for (const version of Object.values(write.olderFields ?? {})) oldest = Math.min(oldest, version);
  for (const steps of Object.values(write.olderCounters ?? {}))
    for (const [version] of steps) oldest = Math.min(oldest, version);
  return oldest;
}

function optional<Maps extends Record<string, object>>(maps: Maps): Partial<Maps> {
  return Object.fromEntries(
    Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0),
  ) as Partial<Maps>;
}
