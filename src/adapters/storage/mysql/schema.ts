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
  mysqlTable,
} from 'drizzle-orm/mysql-core';
import type { Collection } from '../../../domain/collection.js';
import { SESSIONS } from '../../../domain/session.js';
import { TASKS } from '../../../domain/task.js';
import { type ColumnSpec, columnsOf, indexesOf, rangeOf } from '../sql/columns.js';

/**
 * The tables in MySQL's terms; drizzle-kit makes migrations/mysql from this file.
 *
 * Every text column names its character set and collation, because a server or a database may
 * default to anything. Comparisons are binary and without padding, as SQLite's are: `A`, `a`, `á`
 * and `a ` are four values. MariaDB knows that collation by another name (collation.ts).
 * Times are UTC with milliseconds.
 */
const binaryVarchar = customType<{ data: string; config: { length: number } }>({
  dataType: (config) =>
    `varchar(${config?.length ?? 255}) character set utf8mb4 collate utf8mb4_0900_bin`,
});

const mediumText = customType<{ data: string }>({
  dataType: () => 'mediumtext character set utf8mb4 collate utf8mb4_0900_bin',
});

function columnOf({
  name,
  kind,
  nullable,
  primaryKey,
  maxLength,
}: ColumnSpec): MySqlColumnBuilderBase {
  const required = <Builder extends { notNull(): MySqlColumnBuilderBase }>(builder: Builder) =>
    nullable ? (builder as unknown as MySqlColumnBuilderBase) : builder.notNull();
  switch (kind) {
    case 'id':
    case 'string': {
      const column = binaryVarchar(name, { length: maxLength ?? 255 });
      return primaryKey ? column.primaryKey().notNull() : required(column);
    }
    case 'text':
    case 'json':
      return required(mediumText(name));
    case 'ratio':
      return required(decimal(name, { precision: 5, scale: 4 }));
    case 'integer':
      return required(int(name));
    case 'instant':
      return required(datetime(name, { fsp: 3 }));
    case 'version':
      return required(bigint(name, { mode: 'number' }));
  }
}

function tableOf(collection: Collection, parent: { readonly key: MySqlColumn } | null) {
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
      if (collection.parent === null || parent === null) return [...indexes, ...checks];
      const belongsTo = foreignKey({
        name: `${collection.name}_belongs_to_session`,
        columns: [column(collection.parent.field)],
        foreignColumns: [parent.key],
      }).onDelete('cascade');
      return [...indexes, ...checks, belongsTo];
    },
  );
}

export const translationSessions = tableOf(SESSIONS, null);
export const translationTasks = tableOf(TASKS, {
  key: (translationSessions as unknown as Record<string, MySqlColumn>)[SESSIONS.key] as MySqlColumn,
});
