import { and, not, or, type SQL, sql } from 'drizzle-orm';
import type { Condition, Direction, Position, Sort } from '../../../../domain/query.js';
import type { SqlDialect } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';

/** Combines all conditions; undefined if there is none. */
export function where(
  dialect: SqlDialect,
  table: CollectionTable,
  conditions: readonly Condition[],
): SQL | undefined {
  return and(...conditions.map((condition) => toSql(dialect, table, condition)));
}

function toSql(dialect: SqlDialect, table: CollectionTable, condition: Condition): SQL | undefined {
  switch (condition.kind) {
    case 'one-of':
      return oneOf(table, condition.field, condition.values);
    case 'none-of':
      return not(oneOf(table, condition.field, condition.values));
    case 'contains':
      // Not LIKE: it ignores case in SQLite, and `%` and `_` would need escaping.
      return or(
        ...condition.fields.map(
          (field) => sql`instr(${table.column(field)}, ${condition.text}) > 0`,
        ),
      );
    case 'range': {
      const column = table.column(condition.field);
      const { from, until } = condition;
      const kind = table.kind(condition.field);
      return and(
        from === undefined ? undefined : sql`${column} >= ${dialect.encode(kind, from)}`,
        until === undefined ? undefined : sql`${column} <= ${dialect.encode(kind, until)}`,
      );
    }
  }
}

export function oneOf(table: CollectionTable, field: string, values: readonly string[]): SQL {
  const column = table.column(field);
  const [only] = values;
  if (only === undefined) return sql`1 = 0`;
  if (values.length === 1) return sql`${column} = ${only}`;
  return sql`${column} in (${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )})`;
}

/**
 * The records after a position in a sorted list. Written as a range with a remainder, not as one
 * `or`: both MySQL and SQLite then seek into the index instead of scanning it from its start.
 */
export function after(
  dialect: SqlDialect,
  table: CollectionTable,
  sort: Sort,
  position: Position,
): SQL | undefined {
  const column = table.column(sort.field);
  const value = dialect.encode(table.kind(sort.field), position.value);
  const [beyond, orEqual] = sort.direction === 'asc' ? [sql`>`, sql`>=`] : [sql`<`, sql`<=`];
  return and(
    sql`${column} ${orEqual} ${value}`,
    or(sql`${column} ${beyond} ${value}`, sql`${table.key} ${beyond} ${position.key}`),
  );
}

export function orderBy(table: CollectionTable, sort: Sort): SQL {
  const direction = directions[sort.direction];
  return sql`order by ${table.column(sort.field)} ${direction}, ${table.key} ${direction}`;
}

const directions: Readonly<Record<Direction, SQL>> = { asc: sql`asc`, desc: sql`desc` };
