import type { FieldValue } from '../../../../domain/collection.js';
import { acceptedAt, type Version } from '../../../../domain/version.js';
import { versionOfField, type Write } from '../../../../domain/write.js';
import type { Row, SqlDialect } from '../dialect.js';
import type { CollectionTable } from './collection-table.js';
import { versionColumn } from './columns.js';

/** A write as the values of a row, in the order of the table's columns. */
export function toRow(dialect: SqlDialect, table: CollectionTable, write: Write): unknown[] {
  const { collection } = table;
  const encode = (name: string, value: FieldValue): unknown => {
    return value === null ? null : dialect.encode(table.kind(name), value);
  };
  return [
    write.key,
    ...collection.fields.map(({ name, initial }) => {
      const value = write.fields[name];
      return encode(name, value === undefined ? initial : value);
    }),
    encode('created_at', write.createdAt),
    encode('updated_at', acceptedAt(write.version)),
    write.version,
    ...table.versioned.map((name) => versionOfField(write, name)),
  ];
}

/** The write in a row: the fields that some write contained, with their versions. */
export function fromRow(dialect: SqlDialect, table: CollectionTable, row: Row): Write {
  const { collection } = table;
  const decode = (name: string): FieldValue => {
    const value = row[name];
    if (value === null || value === undefined) return null;
    return dialect.decode(table.kind(name), value);
  };
  const version = Number(row.version);
  const fields: Record<string, FieldValue> = {};
  const olderFields: Record<string, Version> = {};
  for (const { name, rule, required } of collection.fields) {
    if (required || rule === 'greatest') {
      fields[name] = decode(name);
      continue;
    }
    const fieldVersion = Number(row[versionColumn(name)]);
    if (fieldVersion === 0) continue;
    fields[name] = decode(name);
    if (fieldVersion < version) olderFields[name] = fieldVersion;
  }
  const createdAt = decode('created_at') as number;
  const write = { key: String(row[collection.key]), version, createdAt, fields };
  return Object.keys(olderFields).length > 0 ? { ...write, olderFields } : write;
}
