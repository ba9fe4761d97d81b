import type { Condition, Position, Sort } from '../../../domain/query.js';
import { compareUtf8 } from '../../../domain/utf8-order.js';
import type { RecordFields } from '../../../domain/write.js';

/** Whether a record meets all conditions. */
export function meets(record: RecordFields, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) =>
    condition.kind === 'contains'
      ? condition.fields.some((field) => meetsOne(record[field], condition))
      : meetsOne(record[condition.field], condition),
  );
}

function meetsOne(value: RecordFields[string] | undefined, condition: Condition): boolean {
  // As in SQL, no condition is true for a missing value.
  if (value === null || value === undefined) return false;
  switch (condition.kind) {
    case 'one-of':
      return condition.values.includes(String(value));
    case 'none-of':
      return !condition.values.includes(String(value));
    case 'contains':
      return String(value).includes(condition.text);
    case 'range': {
      const { from, until } = condition;
      const number = Number(value);
      return (from === undefined || number >= from) && (until === undefined || number <= until);
    }
  }
}

/** Compares positions in the order of a list sorted by `sort`. */
export function comparePositions(sort: Sort, a: Position, b: Position): number {
  const byValue =
    typeof a.value === 'number' && typeof b.value === 'number'
      ? a.value - b.value
      : compareUtf8(String(a.value), String(b.value));
  const ascending = byValue !== 0 ? byValue : compareUtf8(a.key, b.key);
  return sort.direction === 'asc' ? ascending : -ascending;
}
