import type { Condition, Sort } from '../../../../domain/query.js';
import type { CollectionTable } from '../tables/collection-table.js';

/** The name that MySQL gives to the index of the primary key. */
const PRIMARY = 'PRIMARY';

/**
 * The index that a list must not walk although it has its order, or null: it contains the whole
 * collection, and the list is limited to one parent, or to one value of a filter that has an index
 * of the same order. MariaDB takes it nevertheless if it expects to find the few records of a page
 * soon, and then reads millions of others first.
 */
export function wholeIndexOf(
  { collection, indexes }: CollectionTable,
  conditions: readonly Condition[],
  { field }: Sort,
): string | null {
  const whole =
    field === collection.key
      ? PRIMARY
      : indexes.find(({ columns: [first, next] }) => first === field && next === collection.key)
          ?.name;
  if (whole === undefined) return null;
  const limited = conditions.some((condition) => {
    if (condition.kind !== 'one-of' || condition.values.length > 1) return false;
    if (condition.field === collection.parent?.field) return true;
    return indexes.some(
      ({ columns: [first, next] }) => first === condition.field && next === field,
    );
  });
  return limited ? whole : null;
}
