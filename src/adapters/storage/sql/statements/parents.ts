import { type SQL, sql } from 'drizzle-orm';
import { belongingTo, type Condition } from '../../../../domain/query.js';
import type { SqlDialect } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';
import { where } from './conditions.js';

/**
 * Those of some parents that have a record that meets the conditions, as `parent`, each once; there
 * is at least one to ask for.
 *
 * If the conditions are about one field that an index has beside the parent, the index is not read
 * entry by entry: from each pair of parent and value, the search goes to the next one. A million
 * tasks in a thousand sessions are three thousand pairs.
 */
export function parentsText(
  dialect: SqlDialect,
  table: CollectionTable,
  parentField: string,
  parents: readonly string[],
  conditions: readonly Condition[],
): SQL {
  const parent = table.column(parentField);
  const beside = fieldBeside(table, parentField, conditions);
  if (beside === null) {
    const all = where(dialect, table, [belongingTo(parentField, ...parents), ...conditions]);
    return sql`select distinct ${parent} as parent from ${table.table} where ${all}`;
  }
  const pairs = dialect.pairs(table.table, parent, table.column(beside), parents);
  const condition = where(dialect, table, conditions);
  return sql`select distinct ${parent} as parent from (${pairs}) as ${table.table} where ${condition}`;
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
