import { type Column, getTableColumns, type Table } from 'drizzle-orm';
import type { Collection } from '../../../../domain/collection.js';
import { type VersionedField, versionedFields } from './carried.js';
import { type ColumnSpec, columnsOf, type IndexSpec, indexesOf } from './columns.js';

/** A collection and its table in a dialect. */
export class CollectionTable {
  readonly specs: readonly ColumnSpec[];
  readonly indexes: readonly IndexSpec[];
  readonly key: Column;
  /** The fields that have their own version, in order. */
  readonly versioned: readonly VersionedField[];
  readonly #versioned: ReadonlyMap<string, VersionedField>;
  readonly #columns: ReadonlyMap<string, { readonly column: Column; readonly spec: ColumnSpec }>;

  constructor(
    readonly collection: Collection,
    readonly table: Table,
  ) {
    this.specs = columnsOf(collection);
    this.indexes = indexesOf(collection);
    this.versioned = versionedFields(collection);
    this.#versioned = new Map(this.versioned.map((field) => [field.name, field]));
    const columns = getTableColumns(table);
    this.#columns = new Map(
      this.specs.map((spec) => {
        const column = columns[spec.name];
        if (column === undefined) throw new Error(`${collection.name} has no column ${spec.name}`);
        return [spec.name, { column, spec }];
      }),
    );
    this.key = this.column(collection.key);
  }

  column(name: string): Column {
    return this.#find(name).column;
  }

  /** Undefined if the version of the record guards the field. */
  versionedField(name: string): VersionedField | undefined {
    return this.#versioned.get(name);
  }

  kind(name: string): ColumnSpec['kind'] {
    return this.#find(name).spec.kind;
  }

  #find(name: string) {
    const found = this.#columns.get(name);
    if (found === undefined) throw new Error(`${this.collection.name} has no column ${name}`);
    return found;
  }
}
