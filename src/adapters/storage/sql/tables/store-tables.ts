import type { Table } from 'drizzle-orm';
import type { CollectionName } from '../../../../domain/collection.js';
import { COLLECTIONS } from '../../../../domain/collections/list.js';
import { CollectionTable } from './collection-table.js';
import { INSTANCES, LEASES, QUARANTINE, TOMBSTONES } from './internal-tables.js';

/** The tables of a store, as its dialect creates them. */
export interface StoreTables {
  readonly collections: readonly CollectionTable[];
  readonly tombstones: Table;
  readonly instances: Table;
  readonly quarantine: Table;
}

/** `tables` by name, as in the schema of a dialect. */
export function storeTables(tables: Readonly<Record<string, Table>>): StoreTables {
  const find = (name: string): Table => {
    const table = tables[name];
    if (table === undefined) throw new Error(`there is no table ${name}`);
    return table;
  };
  return {
    collections: COLLECTIONS.map(
      (collection) => new CollectionTable(collection, find(collection.name)),
    ),
    tombstones: find(TOMBSTONES.name),
    instances: find(INSTANCES.name),
    quarantine: find(QUARANTINE.name),
  };
}

/** Names of all tables of a store that several services may share. */
export const TABLE_NAMES: readonly string[] = [
  ...COLLECTIONS,
  TOMBSTONES,
  INSTANCES,
  QUARANTINE,
  LEASES,
].map(({ name }) => name);

/**
 * Whether the store checks parents by foreign keys: only if the parents of all its collections are
 * in it, too. Otherwise the service checks for them itself.
 */
export function checksParents(collections: readonly CollectionName[]): boolean {
  return COLLECTIONS.filter(({ name }) => collections.includes(name)).every(
    ({ parent }) => parent === null || collections.includes(parent.collection),
  );
}
