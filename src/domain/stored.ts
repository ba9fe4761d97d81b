/** Compares what two stores hold under one key. */
import type { Collection } from './collection.js';
import { mergeWrites } from './merge.js';
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
  const { parent } = collection;
  if (parent !== null && stored.fields[parent.field] !== write.fields[parent.field]) return false;
  return sameStored(collection, stored, mergeWrites(collection, stored, write));
}
