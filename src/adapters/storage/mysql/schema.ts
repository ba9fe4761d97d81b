import { type Column, getTableColumns } from 'drizzle-orm';
import {
  bigint,
  check,
  customType,
  datetime,
  decimal,
  foreignKey,
  index,
  int,
  type MySqlColumn,
  type MySqlColumnBuilderBase,
  type MySqlTable,
  mysqlTable,
  uniqueIndex,
} from 'drizzle-orm/mysql-core';
import type { Collection } from '../../../domain/collection.js';
import { collectionOf } from '../../../domain/collections/family.js';
import { COLLECTIONS } from '../../../domain/collections/list.js';
import { type ColumnSpec, columnsOf, indexesOf, rangeOf } from '../sql/tables/columns.js';
import {
  INSTANCES,
  type InternalTable,
  LEASES,
  QUARANTINE,
  TOMBSTONES,
} from '../sql/tables/internal-tables.js';

/**
 * The tables in MySQL's terms; drizzle-kit generates migrations/mysql from this file.
 *
 * Every text column names its character set and collation, because a server or a database may have
 * any default. Comparisons are binary and without padding, as in SQLite: `A`, `a`, `á` and `a ` are
 * four values. MariaDB has another name for that collation (server-checks.ts). Times are UTC with
 * milliseconds.
 */
const binaryVarchar = customType<{ data: string; config: { length: number } }>({
  dataType: (config) =>
    `varchar(${config?.length ?? 255}) character set utf8mb4 collate utf8mb4_0900_bin`,
});

const mediumText = customType<{ data: string }>({
  dataType: () => 'mediumtext character set utf8mb4 collate utf8mb4_0900_bin',
});

function columnOf(spec: ColumnSpec): MySqlColumnBuilderBase {
  const { name, kind, nullable, primaryKey, maxLength } = spec;
  switch (kind) {
    case 'id':
    case 'string': {
      const column = binaryVarchar(name, { length: maxLength ?? 0 });
      if (nullable) return column;
      return primaryKey ? column.notNull().primaryKey() : column.notNull();
    }
    case 'text':
    case 'json':
      return nullable ? mediumText(name) : mediumText(name).notNull();
    case 'ratio':
      return decimal(name, { precision: 5, scale: 4 });
    case 'integer':
      return nullable ? int(name) : withDefault(int(name).notNull(), spec);
    case 'instant':
      return nullable ? datetime(name, { fsp: 3 }) : datetime(name, { fsp: 3 }).notNull();
    case 'bits':
      return withDefault(int(name).notNull(), spec);
    case 'version': {
      const version = bigint(name, { mode: 'number' });
      return nullable ? version : withDefault(version.notNull(), spec);
    }
  }
}

/** For columns that are added to tables with existing rows. */
function withDefault<Builder extends MySqlColumnBuilderBase & { default(value: number): Builder }>(
  builder: Builder,
  spec: ColumnSpec,
): Builder {
  return spec.default === null ? builder : builder.default(spec.default);
}

function tableOf(collection: Collection, parentTable: MySqlTable | null) {
  return mysqlTable(
    collection.name,
    Object.fromEntries(columnsOf(collection).map((spec) => [spec.name, columnOf(spec)])),
    (columns: Readonly<Record<string, MySqlColumn>>) => {
      const column = (name: string) => columns[name] as MySqlColumn;
      const indexes = indexesOf(collection).map((spec) => {
        const [first, ...rest] = spec.columns.map(column);
        return index(spec.name).on(first as MySqlColumn, ...rest);
      });
      const checks = columnsOf(collection).flatMap((spec) => {
        const range = rangeOf(spec, column(spec.name));
        return range === null ? [] : [check(`${collection.name}_${spec.name}_range`, range)];
      });
      if (collection.parent === null || parentTable === null) return [...indexes, ...checks];
      const parent = collectionOf(collection.parent.collection);
      const parentColumns: Record<string, Column> = getTableColumns(parentTable);
      const belongsTo = foreignKey({
        name: `${collection.name}_belongs_to_${parent.singular}`,
        columns: [column(collection.parent.field)],
        foreignColumns: [parentColumns[parent.key] as MySqlColumn],
      }).onDelete('cascade');
      return [...indexes, ...checks, belongsTo];
    },
  );
}

function internalTableOf({ name, columns: specs, indexes }: InternalTable) {
  return mysqlTable(
    name,
    Object.fromEntries(specs.map((spec) => [spec.name, columnOf(spec)])),
    (columns: Readonly<Record<string, MySqlColumn>>) =>
      indexes.map((spec) => {
        const [first, ...rest] = spec.columns.map((of) => columns[of] as MySqlColumn);
        const builder = spec.unique ? uniqueIndex(spec.name) : index(spec.name);
        return builder.on(first as MySqlColumn, ...rest);
      }),
  );
}

/** Every table of the store, by name; drizzle-kit reads them through scripts/drizzle-schema.cjs. */
export const tables: Readonly<Record<string, MySqlTable>> = allTables();

function allTables(): Record<string, MySqlTable> {
  const all: Record<string, MySqlTable> = {};
  // Parents come before their children in COLLECTIONS.
  for (const collection of COLLECTIONS) {
    const { parent } = collection;
    const parentTable = parent === null ? undefined : all[parent.collection];
    all[collection.name] = tableOf(collection, parentTable ?? null);
  }
  for (const internal of [TOMBSTONES, QUARANTINE, INSTANCES, LEASES])
    all[internal.name] = internalTableOf(internal);
  return all;
}
