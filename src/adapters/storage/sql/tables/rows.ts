import type { FieldValue } from '../../../../domain/collection.js';
import { acceptedAt, type Version } from '../../../../domain/version.js';
import type { Write } from '../../../../domain/write.js';
import type { Row, SqlDialect } from '../dialect.js';
import { CARRIED, carriedBy, olderVersion, type VersionedField } from './carried.js';
import type { CollectionTable } from './collection-table.js';

/**
 * A write as the values of a row, in the order of the table's columns; of the version columns, only
 * those of `older`.
 */
export function toRow(
  dialect: SqlDialect,
  { collection, versioned }: CollectionTable,
  write: Write,
  older: readonly VersionedField[] = versioned,
): unknown[] {
  const row: unknown[] = [write.key];
  for (const { name, kind, initial } of collection.fields) {
    const value = write.fields[name];
    if (value === undefined) row.push(initial);
    else row.push(value === null ? null : dialect.encode(kind, value));
  }
  row.push(
    dialect.encode('instant', write.createdAt),
    dialect.encode('instant', acceptedAt(write.version)),
    write.version,
    carriedBy(versioned, write),
  );
  for (const field of older) row.push(olderVersion(field, write));
  return row;
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
  const carried = Number(row[CARRIED]);
  const fields: Record<string, FieldValue> = {};
  const olderFields: Record<string, Version> = {};
  let anyOlder = false;
  for (const { name } of collection.fields) {
    const field = table.versionedField(name);
    if (field === undefined) {
      fields[name] = decode(name);
      continue;
    }
    const found = row[field.versionColumn];
    const isOwn = found === null || found === undefined;
    const fieldVersion = isOwn ? ownVersion(field, carried, version) : Number(found);
    if (fieldVersion === 0) continue;
    fields[name] = decode(name);
    if (fieldVersion >= version) continue;
    olderFields[name] = fieldVersion;
    anyOlder = true;
  }
  const createdAt = decode('created_at') as number;
  const write = { key: String(row[collection.key]), version, createdAt, fields };
  return anyOlder ? { ...write, olderFields } : write;
}

function ownVersion({ bit }: VersionedField, carried: number, version: Version): Version {
  return (carried & bit) === 0 ? 0 : version;
}
