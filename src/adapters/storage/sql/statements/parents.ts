import { type SQL, sql } from 'drizzle-orm';
import type { Condition } from '../../../../domain/query.js';
import type { SqlDialect } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';
import { where } from './conditions.js';

/**
 * The parents of the records that meet the conditions, as `parent`, each once.
 *
 * If the conditions are about one field that an index has beside the parent, the index is not read
 * entry by entry: from each pair of parent and value, the search goes to the next one. A million
 * tasks in a thousand sessions are three thousand pairs.
 */
export function parentsText(
  dialect: SqlDialect,
  table: CollectionTable,
  parentField: string,
  conditions: readonly Condition[],
): SQL {
  const parent = table.column(parentField);
  const condition = where(dialect, table, conditions);
  const filter = condition === undefined ? sql`` : sql` where ${condition}`;
  const beside = fieldBeside(table, parentField, conditions);
  const source =
    beside === null
      ? sql`${table.table}`
      : sql`(${dialect.pairs(table.table, parent, table.column(beside))}) as ${table.table}`;
  return sql`select distinct ${parent} as parent from ${source}${filter}`;
}

/** The field of all conditions, if it is required, and an index begins with the parent and it. */
function fieldBeside(
  table: CollectionTable,
  parentField: string,
  conditions: readonly Condition[],
): string | null {
  const fields = conditions.map((condition) => ('field' in condition ? condition.field : null));
  const [field = null] = fields;
  if (field === null || fields.some((other) => other !== field)) return null;
  const isIndexed = table.indexes.some(
    ({ columns: [first, next] }) => first === parentField && next === field,
  );
  return isIndexed && table.column(field).notNull ? field : null;
}
