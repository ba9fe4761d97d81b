import type { Collection, FieldKind } from '../../domain/collection.js';
import type { RecordFields } from '../../domain/write.js';

/** A record as JSON, as the API returns it: instants as ISO 8601 with milliseconds and `Z`. */
export function recordJson(collection: Collection, record: RecordFields): string {
  const { instants, json } = namesOf(collection);
  const shown: Record<string, RecordFields[string]> = { ...record };
  for (const name of instants) {
    const value = record[name];
    if (typeof value === 'number') shown[name] = isoTime(value);
  }
  if (json.length === 0) return JSON.stringify(shown);
  // JSON fields are already texts.
  const pairs = Object.entries(shown).map(([name, value]) => {
    const isText = json.includes(name) && value !== null;
    return `${JSON.stringify(name)}:${isText ? value : JSON.stringify(value)}`;
  });
  return `{${pairs.join(',')}}`;
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

interface Names {
  readonly instants: readonly string[];
  readonly json: readonly string[];
}

const known = new Map<Collection, Names>();

function namesOf(collection: Collection): Names {
  const names = known.get(collection) ?? {
    instants: [...namesOfKind(collection, 'instant'), 'created_at', 'updated_at'],
    json: namesOfKind(collection, 'json'),
  };
  known.set(collection, names);
  return names;
}

function namesOfKind({ fields }: Collection, kind: FieldKind): readonly string[] {
  return fields.filter((field) => field.kind === kind).map(({ name }) => name);
}
