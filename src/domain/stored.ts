/** Compares what two stores hold under one key. */
import type { Collection } from './collection.js';
import { mergeWrites } from './merge.js';
import { acceptedAt, versionAt } from './version.js';
import { versionOfField, type Write } from './write.js';

/**
 * Whether two stored records are the same to every reader and to all further merging: the values,
 * the times, and the version of each field.
 */
export function sameStored(collection: Collection, one: Write, other: Write): boolean {
  if (one.version !== other.version || one.createdAt !== other.createdAt) return false;
  return collection.fields.every(({ name, rule, required, initial }) => {
    const [value = initial, otherValue = initial] = [one.fields[name], other.fields[name]];
    if (value !== otherValue) return false;
    if (rule === 'greatest' || required) return true;
    return versionOfField(one, name) === versionOfField(other, name);
  });
}

/** Whether merging a write into a stored record would change nothing. */
export function holds(collection: Collection, stored: Write, write: Write): boolean {
  // Usual, and faster than merging.
  if (sameStored(collection, stored, write)) return true;
  const { parent } = collection;
  if (parent !== null && stored.fields[parent.field] !== write.fields[parent.field]) return false;
  return sameStored(collection, stored, mergeWrites(collection, stored, write));
}

/**
 * A stored record as a write to another store. Of its oldest part, a stored record knows only the
 * millisecond. Without more, that part would count as older than a delete in the same millisecond,
 * although the store kept it after the delete; so it counts as the last version of its millisecond.
 */
export function copyOf(stored: Write): Write {
  const oldest = versionAt(stored.createdAt + 1) - 1;
  const isKnown = stored.createdAt >= acceptedAt(stored.version);
  return isKnown ? stored : { ...stored, olderVersions: [oldest] };
}
