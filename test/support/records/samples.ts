import type { Collection, Field, FieldValue } from '../../../src/domain/collection.js';
import { collectionOf } from '../../../src/domain/collections/family.js';
import { newWrite, type Write } from '../../../src/domain/write.js';
import { BASE_VERSION } from './writes.js';

/** The ancestors of a collection, outermost first. */
export function ancestorsOf({ parent }: Collection): readonly Collection[] {
  if (parent === null) return [];
  const collection = collectionOf(parent.collection);
  return [...ancestorsOf(collection), collection];
}

/** A key that every collection can have. */
export function keyOf(collection: Collection, number = 1): string {
  return `${collection.singular}-${number}`;
}

/** A valid write of any collection that contains every required field; `fields` overrides. */
export function sampleWrite(
  collection: Collection,
  key: string,
  version: number,
  fields: Readonly<Record<string, FieldValue>> = {},
): Write {
  const required = collection.fields.filter((field) => field.required);
  const values = required.map((field) => [field.name, sampleValue(collection, field)]);
  return newWrite(key, BASE_VERSION + version, { ...Object.fromEntries(values), ...fields });
}

/** The writes of the ancestors of a sample, which must be stored before it, in order. */
export function ancestorWrites(
  collection: Collection,
  version = 0,
): readonly [Collection, Write][] {
  return ancestorsOf(collection).map((ancestor) => [
    ancestor,
    sampleWrite(ancestor, keyOf(ancestor), version),
  ]);
}

/** A valid value of a field; another `number` gives another value. */
export function sampleValue(collection: Collection, field: Field, number = 1): FieldValue {
  const { parent, status } = collection;
  if (field.name === parent?.field) return keyOf(collectionOf(parent.collection), number);
  if (field.name === status) return number === 1 ? 'pending' : 'completed';
  switch (field.kind) {
    case 'id':
    case 'string':
    case 'text':
      return `${field.name} 漢 ${number}`.slice(0, field.maxLength);
    case 'json':
      return `{"number":${number}}`;
    case 'integer':
      return number;
    case 'ratio':
      return number / 100;
    case 'instant':
      return 1_790_000_000_000 + number;
  }
}
