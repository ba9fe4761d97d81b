import { randomUUID } from 'node:crypto';
import type { Collection, FieldKind, FieldValue } from '../../../../domain/collection.js';
import { collectionOf } from '../../../../domain/collections/family.js';
import type { SqlDialect, SqlTransaction } from '../../sql/dialect.js';
import { upsertText } from '../../sql/statements/upsert.js';
import type { CollectionTable } from '../../sql/tables/collection-table.js';
import { toRow } from '../../sql/tables/rows.js';

/** Of required fields. */
const VALUES: Readonly<Record<FieldKind, FieldValue>> = {
  id: '-',
  string: '-',
  text: '',
  json: '{}',
  integer: 0,
  ratio: 0,
  instant: 0,
};

interface Placeholder {
  readonly table: CollectionTable;
  readonly key: string;
  readonly values: readonly unknown[];
}

/** Rows that stand for records which are not stored. */
export class PlaceholderRows {
  constructor(
    private readonly dialect: SqlDialect,
    private readonly tables: readonly CollectionTable[],
  ) {}

  /**
   * Adds a row with this key and removes it: the transaction then conflicts with every other one
   * that adds such a row. Fails like a deadlock if there is one by now.
   */
  async addAndRemove(
    transaction: SqlTransaction,
    collection: Collection,
    key: string,
  ): Promise<void> {
    const rows = this.#withParents(collection, key);
    for (const { table, values } of [...rows].reverse()) {
      const { head, row } = upsertText(this.dialect, table);
      await transaction.upsert({ head, row, tail: '' }, [values]);
    }
    for (const { table, key: own } of rows) {
      const { name, key: field } = table.collection;
      await transaction.run({ text: `delete from ${name} where ${field} = ?`, params: [own] });
    }
  }

  /** The row, and the rows that its foreign keys demand: nobody knows which parent it will name. */
  #withParents(collection: Collection, key: string): readonly Placeholder[] {
    const { parent } = collection;
    const parentKey = randomUUID();
    const fields: Record<string, FieldValue> = {};
    for (const { name, kind, required } of collection.fields) {
      if (required) fields[name] = name === parent?.field ? parentKey : VALUES[kind];
    }
    const table = this.#tableOf(collection);
    const values = toRow(this.dialect, table, { key, version: 0, createdAt: 0, fields });
    const above =
      parent === null ? [] : this.#withParents(collectionOf(parent.collection), parentKey);
    return [{ table, key, values }, ...above];
  }

  #tableOf({ name }: Collection): CollectionTable {
    const found = this.tables.find(({ collection }) => collection.name === name);
    if (found === undefined) throw new Error(`there is no table ${name}`);
    return found;
  }
}
