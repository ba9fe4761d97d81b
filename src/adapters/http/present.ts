import type { Collection, FieldKind } from '../../domain/collection.js';
import type { RecordFields } from '../../domain/write.js';

/** Instants as ISO 8601 with milliseconds and `Z`; everything else as it is. */
export function presentRecord(collection: Collection, record: RecordFields): RecordFields {
  const presented: Record<string, RecordFields[string]> = { ...record };
  for (const name of instantsOf(collection)) {
    const value = record[name];
    if (typeof value === 'number') presented[name] = isoTime(value);
  }
  return presented;
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

const instant: FieldKind = 'instant';
const instantFields = new Map<Collection, readonly string[]>();

function instantsOf(collection: Collection): readonly string[] {
  const known = instantFields.get(collection);
  if (known !== undefined) return known;
  const names = [
    ...collection.fields.filter(({ kind }) => kind === instant).map(({ name }) => name),
    'created_at',
    'updated_at',
  ];
  instantFields.set(collection, names);
  return names;
}
