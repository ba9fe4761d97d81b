/**
 * The tables of a store besides those of the collections, described once for both dialects: the
 * tombstones of deletes (domain/tombstone.ts), the instances that may still write older versions,
 * the quarantine (ports/quarantine.ts), and the leases.
 */
import { type Column, getTableColumns, type Table } from 'drizzle-orm';
import type { ColumnSpec, IndexSpec } from './columns.js';

export interface InternalTable {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly indexes: readonly (IndexSpec & { readonly unique: boolean })[];
}

/** Maximum length of the name of a collection, and of a key, in characters. */
const NAME = 64;
const KEY = 64;

function column(
  name: string,
  kind: ColumnSpec['kind'],
  rest: Partial<ColumnSpec> = {},
): ColumnSpec {
  return {
    name,
    kind,
    maxLength: null,
    nullable: false,
    primaryKey: false,
    default: null,
    ...rest,
  };
}

export const TOMBSTONES: InternalTable = {
  name: 'tombstones',
  columns: [
    // `subjectId` of domain/tombstone.ts: kind, collection, key, parent.
    column('subject', 'id', { maxLength: 16 + NAME + KEY + KEY, primaryKey: true }),
    column('version', 'version'),
  ],
  indexes: [{ name: 'tombstones_by_version', columns: ['version'], unique: false }],
};

export const QUARANTINE: InternalTable = {
  name: 'quarantined_records',
  columns: [
    column('id', 'id', { maxLength: 36, primaryKey: true }),
    column('collection', 'id', { maxLength: NAME }),
    column('record_key', 'id', { maxLength: KEY }),
    // Empty if the collection has no parent: a unique index treats two nulls as different.
    column('parent_key', 'id', { maxLength: KEY }),
    column('missing_parent', 'id', { maxLength: KEY, nullable: true }),
    column('reason', 'string', { maxLength: 500 }),
    column('attempts', 'integer'),
    column('quarantined_at', 'instant'),
    column('created_at', 'instant'),
    column('version', 'version'),
    column('record_bytes', 'integer'),
    // The write as JSON.
    column('record', 'text'),
  ],
  indexes: [
    {
      name: 'quarantined_records_by_record',
      columns: ['collection', 'record_key', 'parent_key'],
      unique: true,
    },
    {
      name: 'quarantined_records_by_missing_parent',
      columns: ['collection', 'missing_parent', 'id'],
      unique: false,
    },
    {
      name: 'quarantined_records_by_parent',
      columns: ['collection', 'parent_key'],
      unique: false,
    },
    { name: 'quarantined_records_by_time', columns: ['quarantined_at', 'id'], unique: false },
    // For the newest version, and for the oldest write that a tombstone is kept for.
    { name: 'quarantined_records_by_version', columns: ['version'], unique: false },
    { name: 'quarantined_records_by_age', columns: ['created_at'], unique: false },
  ],
};

export const INSTANCES: InternalTable = {
  name: 'instances',
  columns: [
    column('id', 'id', { maxLength: 36, primaryKey: true }),
    column('holds_from', 'version'),
    column('survives', 'integer'),
    column('seen_at', 'instant'),
  ],
  indexes: [],
};

/** Who may do what only one service may do; in stores that several services share. */
export const LEASES: InternalTable = {
  name: 'leases',
  columns: [
    column('name', 'id', { maxLength: 64, primaryKey: true }),
    // Empty if the lease was returned.
    column('holder', 'id', { maxLength: 36 }),
    // Increases each time that the lease is taken.
    column('token', 'version'),
    column('expires_at', 'instant'),
  ],
  indexes: [],
};

/** The columns of a dialect's table, by name. */
export function columnsIn(table: Table): (name: string) => Column {
  const columns = getTableColumns(table);
  return (name) => {
    const found = columns[name];
    if (found === undefined) throw new Error(`there is no column ${name}`);
    return found;
  };
}
