import type { Collection, FieldKind, FieldValue } from '../../domain/collection.js';
import { isoTime } from '../presenting/record-json.js';

export interface Column {
  readonly name: string;
  readonly kind: FieldKind;
}

/** The fields of a record, in the order in which the API shows them. */
export function columnsOf({ key, fields }: Collection): readonly Column[] {
  return [
    { name: key, kind: 'id' },
    ...fields.map(({ name, kind }) => ({ name, kind })),
    { name: 'created_at', kind: 'instant' },
    { name: 'updated_at', kind: 'instant' },
  ];
}

/** A value in a table: instants as ISO 8601, JSON as its text. */
export function tableValue(kind: FieldKind, value: FieldValue | undefined): FieldValue {
  if (value === undefined) return null;
  return kind === 'instant' && typeof value === 'number' ? isoTime(value) : value;
}
