import { type SQL, sql } from 'drizzle-orm';
import type { Summary, Tally } from '../../../../ports/storage-backend.js';
import type { Row } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';

/** A ratio is summed in whole ten-thousandths, which is exact in every store. */
const RATIO_SCALE = 10_000;

/**
 * One row per status: the number of records, and the sum and number of the values of each summed
 * field.
 */
export function summaryText(table: CollectionTable): SQL {
  const { summed, status } = table.collection;
  const sums = summed.flatMap((field, index) => {
    const column = table.column(field);
    const summed =
      table.kind(field) === 'ratio'
        ? sql`round(${column} * ${sql.raw(String(RATIO_SCALE))})`
        : column;
    return [
      sql`sum(${summed}) as ${sql.identifier(`sum_${index}`)}`,
      sql`count(${column}) as ${sql.identifier(`count_${index}`)}`,
    ];
  });
  const group = status === null ? sql`null` : sql`${table.column(status)}`;
  const grouped = status === null ? sql`` : sql` group by ${group}`;
  return sql`select ${sql.join([sql`${group} as status, count(*) as total`, ...sums], sql`, `)} from ${table.table}${grouped}`;
}

export function summaryOf(table: CollectionTable, rows: readonly Row[]): Summary {
  const { summed, status } = table.collection;
  const scale = (field: string) => (table.kind(field) === 'ratio' ? RATIO_SCALE : 1);
  const number = (value: unknown) => Number(value ?? 0);
  const totalOf = (name: string) => rows.reduce((sum, row) => sum + number(row[name]), 0);
  return {
    total: totalOf('total'),
    // Sorted here, because a store returns groups in any order.
    byStatus: Object.fromEntries(
      (status === null ? [] : rows)
        .map((row) => [String(row.status), number(row.total)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    sums: Object.fromEntries(
      summed.map((field, index) => [
        field,
        { sum: totalOf(`sum_${index}`) / scale(field), count: totalOf(`count_${index}`) },
      ]),
    ),
  };
}

/** One row per combination of values. `filter` is empty or starts with ` where`. */
export function tallyText(table: CollectionTable, by: readonly string[], filter: SQL): SQL {
  const columns = by.map((field) => sql`${table.column(field)}`);
  const named = columns.map((column, index) => sql`${column} as ${sql.identifier(`by_${index}`)}`);
  const grouped = sql.join(columns, sql`, `);
  return sql`select ${sql.join(named, sql`, `)}, count(*) as total from ${table.table}${filter} group by ${grouped}`;
}

export function talliesOf(by: readonly string[], rows: readonly Row[]): readonly Tally[] {
  return rows.map((row) => ({
    values: by.map((_, index) => String(row[`by_${index}`])),
    count: Number(row.total),
  }));
}
