import { type Column, type SQL, sql } from 'drizzle-orm';
import {
  type Collection,
  type FieldKind,
  type IndexedList,
  MAX_INTEGER,
} from '../../../../domain/collection.js';
import { DEFAULT_SORT } from '../../../../domain/query.js';
import { CARRIED, versionedFields } from './carried.js';

/** What a column contains, in the domain's terms; each dialect translates it into a column. */
export interface ColumnSpec {
  readonly name: string;
  readonly kind: FieldKind | 'version' | 'bits';
  /** Characters for `id` and `string`, bytes for `text` and `json`. */
  readonly maxLength: number | null;
  readonly nullable: boolean;
  readonly primaryKey: boolean;
  /**
   * The value in rows that were stored before the column was added; null if there is no suitable
   * value.
   */
  readonly default: 0 | null;
}

/**
 * The columns of a collection's table, in order: the key, the fields, the times, then what merging
 * needs and no reader sees: `version`, and the versions of the optional `replace` fields
 * (carried.ts). See domain/merge.ts.
 */
export function columnsOf(collection: Collection): readonly ColumnSpec[] {
  const column = (
    name: string,
    kind: ColumnSpec['kind'],
    rest: Partial<ColumnSpec> = {},
  ): ColumnSpec => ({
    name,
    kind,
    maxLength: null,
    nullable: false,
    primaryKey: false,
    default: null,
    ...rest,
  });
  return [
    column(collection.key, 'id', { maxLength: collection.keyMaxLength, primaryKey: true }),
    ...collection.fields.map(({ name, kind, maxLength, required, initial }) =>
      column(name, kind, {
        maxLength: maxLength ?? null,
        nullable: !required && initial === null,
        default: initial,
      }),
    ),
    column('created_at', 'instant'),
    column('updated_at', 'instant'),
    column('version', 'version'),
    column(CARRIED, 'bits', { default: 0 }),
    ...versionedFields(collection).map(({ versionColumn }) =>
      column(versionColumn, 'version', { nullable: true }),
    ),
  ];
}

/**
 * The valid values of the column, as a CHECK with the same SQL for both dialects: what one store
 * refuses, the other must refuse too. Null if its type is sufficient.
 */
export function rangeOf({ kind, maxLength }: ColumnSpec, column: Column): SQL | null {
  switch (kind) {
    case 'text':
    case 'json':
      if (maxLength === null) return null;
      return sql`octet_length(${column}) <= ${sql.raw(String(maxLength))}`;
    case 'integer':
      return sql`${column} between 0 and ${sql.raw(String(MAX_INTEGER))}`;
    case 'ratio':
      return sql`${column} between 0 and 1`;
    case 'id':
    case 'string':
    case 'instant':
    case 'version':
    case 'bits':
      return null;
  }
}

export interface IndexSpec {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * The indexes of a collection's table: one for each sort and each filter that requires one, over
 * all records or within a parent; filters in the default order. All have the key after what they
 * sort by, as every list does, so each is walked in either direction without sorting. That of the
 * status has the summed fields too, so that statistics are read from it alone.
 */
export function indexesOf(collection: Collection): readonly IndexSpec[] {
  const { name: table, parent, sorts, filters, key, status, summed } = collection;
  const index = (columns: readonly string[]): IndexSpec => {
    const name = `${table}_by_${columns.join('_')}`;
    const isOfStatus = columns.length === 1 && columns[0] === status;
    if (!isOfStatus || summed.length === 0) return { name, columns: [...columns, key] };
    return { name: `${name}_with_sums`, columns: [...columns, key, ...summed] };
  };
  const lists = [
    ...sorts.map(({ field, index: lists }) => ({ columns: [field], lists })),
    ...filters.map(({ field, index: lists }) => ({
      columns: [field, DEFAULT_SORT.field],
      lists,
    })),
  ];
  const over = (list: IndexedList) => lists.filter(({ lists: has }) => has.includes(list));
  return [
    ...over('all').map(({ columns }) => index(columns)),
    ...(parent === null
      ? []
      : over('parent').map(({ columns }) => index([parent.field, ...columns]))),
  ];
}
