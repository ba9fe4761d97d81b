import {
  type Collection,
  type CollectionName,
  type Field,
  type FieldValue,
  MAX_INTEGER,
} from '../../../domain/collection.js';
import { RecordRefusedError } from '../../../domain/errors.js';
import type { Write } from '../../../domain/write.js';

/**
 * Throws RecordRefusedError for values that no store accepts, as the SQL stores do by their column
 * types and CHECKs. The schema of the API refuses the same values before they are accepted.
 */
export function checkFitness(collection: Collection, write: Write): void {
  if (characters(write.key) > collection.keyMaxLength) throw outOfRange();
  for (const field of collection.fields) {
    const written = write.fields[field.name];
    const value = written === undefined ? field.initial : written;
    if (value !== null && !fits(field, value)) throw outOfRange();
    if (value === null && (field.required || field.initial !== null)) {
      throw new RecordRefusedError('CONSTRAINT', 'a required value is missing');
    }
  }
}

/** Throws RecordRefusedError for a write that names another parent than the stored record. */
export function checkParent({ parent }: Collection, stored: Write, write: Write): void {
  if (parent === null || stored.fields[parent.field] === write.fields[parent.field]) return;
  throw new RecordRefusedError('SESSION_MISMATCH', 'the record belongs permanently to another one');
}

function outOfRange(): RecordRefusedError {
  return new RecordRefusedError('VALUE_OUT_OF_RANGE', 'a value is too long or out of range');
}

function fits({ kind, maxLength = 0 }: Field, value: Exclude<FieldValue, null>): boolean {
  switch (kind) {
    case 'id':
    case 'string':
      return characters(String(value)) <= maxLength;
    case 'text':
    case 'json':
      return Buffer.byteLength(String(value)) <= maxLength;
    case 'integer':
      return Number(value) >= 0 && Number(value) <= MAX_INTEGER;
    case 'ratio':
      return Number(value) >= 0 && Number(value) <= 1;
    case 'instant':
      return true;
  }
}

function characters(text: string): number {
  return [...text].length;
}

/** Throws MISSING_PARENT unless a store that holds the parents has those of all writes. */
export function checkParents(
  { parent }: Collection,
  stored: ReadonlyMap<CollectionName, ReadonlyMap<string, Write>>,
  writes: readonly Write[],
): void {
  const parents = parent === null ? undefined : stored.get(parent.collection);
  if (parent === null || parents === undefined) return;
  if (writes.every((write) => parents.has(String(write.fields[parent.field])))) return;
  throw new RecordRefusedError('MISSING_PARENT', 'the record that it belongs to does not exist');
}
