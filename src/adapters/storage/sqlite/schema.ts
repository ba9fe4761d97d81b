import { type Column, getTableColumns, type SQL, sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  real,
  type SQLiteColumn,
  type SQLiteColumnBuilderBase,
  type SQLiteTable,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { Collection } from '../../../domain/collection.js';
import { collectionOf } from '../../../domain/collections/family.js';
import { COLLECTIONS } from '../../../domain/collections/list.js';
import { type ColumnSpec, columnsOf, indexesOf, rangeOf } from '../sql/tables/columns.js';
import {
  INSTANCES,
  type InternalTable,
  QUARANTINE,
  TOMBSTONES,
} from '../sql/tables/internal-tables.js';

/**
 * The tables in SQLite's terms; drizzle-kit generates migrations/sqlite from this file.
 *
 * SQLite itself enforces neither lengths nor types, so each column has a CHECK: all stores must
 * refuse the same values. Times are epoch milliseconds, UTC.
 */
function columnOf(spec: ColumnSpec): SQLiteColumnBuilderBase {
  const { name, kind, nullable, primaryKey } = spec;
  switch (kind) {
    case 'id':
    case 'string':
      if (nullable) return text(name);
      return primaryKey ? text(name).primaryKey().notNull() : text(name).notNull();
    case 'text':
    case 'json':
      return nullable ? text(name) : text(name).notNull();
    case 'ratio':
      return nullable ? real(name) : real(name).notNull();
    case 'integer':
    case 'instant':
    case 'version':
    case 'bits':
      if (nullable) return integer(name);
      return spec.default === null
        ? integer(name).notNull()
        : integer(name).notNull().default(spec.default);
  }
}

/** Checks the characters of an id or a name; MySQL's VARCHAR limits them itself. */
function lengthOf({ kind, maxLength }: ColumnSpec, column: SQLiteColumn): SQL | null {
  if (kind !== 'id' && kind !== 'string') return null;
  return sql`length(${column}) <= ${sql.raw(String(maxLength))}`;
}

function tableOf(collection: Collection, parentTable: SQLiteTable | null) {
  const specs = columnsOf(collection);
  return sqliteTable(
    collection.name,
    Object.fromEntries(specs.map((spec) => [spec.name, columnOf(spec)])),
    (columns: Readonly<Record<string, SQLiteColumn>>) => {
      const column = (name: string) => columns[name] as SQLiteColumn;
      const indexes = indexesOf(collection).map((spec) => {
        const [first, ...rest] = spec.columns.map(column);
        return index(spec.name).on(first as SQLiteColumn, ...rest);
      });
      const checks = specs.flatMap((spec) => {
        const range = lengthOf(spec, column(spec.name)) ?? rangeOf(spec, column(spec.name));
        return range === null ? [] : [check(`${collection.name}_${spec.name}_range`, range)];
      });
      if (collection.parent === null || parentTable === null) return [...indexes, ...checks];
      const parent = collectionOf(collection.parent.collection);
      const parentColumns: Record<string, Column> = getTableColumns(parentTable);
      const belongsTo = foreignKey({
        name: `${collection.name}_belongs_to_${parent.name}`,
        columns: [column(collection.parent.field)],
        foreignColumns: [parentColumns[parent.key] as SQLiteColumn],
      }).onDelete('cascade');
      return [...indexes, ...checks, belongsTo];
    },
  );
}

function internalTableOf({ name, columns: specs, indexes }: InternalTable) {
  return sqliteTable(
    name,
    Object.fromEntries(specs.map((spec) => [spec.name, columnOf(spec)])),
    (columns: Readonly<Record<string, SQLiteColumn>>) =>
      indexes.map((spec) => {
        const [first, ...rest] = spec.columns.map((of) => columns[of] as SQLiteColumn);
        const builder = spec.unique ? uniqueIndex(spec.name) : index(spec.name);
        return builder.on(first as SQLiteColumn, ...rest);
      }),
  );
}

/** Every table of the store, by name; drizzle-kit reads them through scripts/drizzle-schema.cjs. */
export const tables: Readonly<Record<string, SQLiteTable>> = allTables();

function allTables(): Record<string, SQLiteTable> {
  const all: Record<string, SQLiteTable> = {};
  // Parents come before their children in COLLECTIONS.
  for (const collection of COLLECTIONS) {
    const { parent } = collection;
    const parentTable = parent === null ? undefined : all[parent.collection];
    all[collection.name] = tableOf(collection, parentTable ?? null);
  }
  for (const internal of [TOMBSTONES, QUARANTINE, INSTANCES])
    all[internal.name] = internalTableOf(internal);
  return all;
}
