import { and, type SQL, sql } from 'drizzle-orm';
import { type Condition, type ListQuery, offsetOf, type Sort } from '../../../../domain/query.js';
import type { SqlDialect } from '../dialect.js';
import type { CollectionTable } from '../tables/collection-table.js';
import { after, orderBy, where } from './conditions.js';
import { wholeIndexOf } from './index-choice.js';

/**
 * Maximum number of values of one filter that are walked in one index range each, and merged; more
 * are one condition.
 */
const MOST_BRANCHES = 8;

/**
 * The rows of one window of a list, and one more if the list continues. If the window is limited by
 * bytes, it ends before the row that would exceed them, but has at least one row; `page_rows` then
 * is the number of rows without the limit.
 *
 * The keys are found first, from an index alone, and the rows are fetched afterwards. This makes
 * skipped rows cheap, and prevents MariaDB from reading every row before a cursor. `total`, of the
 * same snapshot, lets a deep page start at the nearer end of the list.
 */
export function windowOf(
  dialect: SqlDialect,
  table: CollectionTable,
  query: ListQuery,
  total?: number,
): SQL {
  const { maxBytes, sort } = query;
  const keys = keysOf(dialect, table, query, total);
  const rows = (page: SQL) =>
    sql`${table.table} join (${page}) as page on ${table.key} = page.page_key`;
  if (maxBytes === undefined)
    return sql`select ${table.table}.* from ${rows(keys)} ${orderBy(table, sort)}`;
  // One statement: between two, a row could change its position in the list, and others would be
  // skipped.
  const bytes = bytesOf(table);
  const order = sql`over (${orderBy(table, sort)})`;
  const sized = sql`select ${table.key} as page_key, sum(${bytes}) ${order} as page_sum, row_number() ${order} as page_place, count(*) over () as page_rows from ${rows(keys)}`;
  // Sorted by the position: sorted by its own columns, SQLite would scan the whole table for these
  // few rows.
  return sql`select ${table.table}.*, page_rows from ${rows(sized)} where page_sum <= ${wholeNumber(maxBytes)} or page_place = 1 order by page_place`;
}

/** Bytes of the texts of a row. */
function bytesOf(table: CollectionTable): SQL {
  const texts = table.specs.filter(({ kind }) => kind === 'text' || kind === 'json');
  const sizes = texts.map(({ name }) => sql`coalesce(octet_length(${table.column(name)}), 0)`);
  return sizes.length === 0 ? sql`0` : sql.join(sizes, sql` + `);
}

/** The keys of the rows of `windowOf`, as `page_key`, with the values that they are sorted by. */
export function keysOf(
  dialect: SqlDialect,
  table: CollectionTable,
  query: ListQuery,
  total?: number,
): SQL {
  const { conditions, window } = query;
  const { sort, offset, limit } = stretchOf(query, total);
  const rest = window.kind === 'after' ? after(dialect, table, sort, window.position) : undefined;
  const sorted = (some: readonly Condition[], most: number) => {
    const condition = and(where(dialect, table, some), rest);
    const filter = condition === undefined ? sql`` : sql` where ${condition}`;
    const whole = wholeIndexOf(table, some, sort);
    const without = whole === null ? sql`` : dialect.ignoring(whole);
    return sql`select ${table.key} as page_key, ${table.column(sort.field)} as page_value from ${table.table}${without}${filter} ${orderBy(table, sort)} limit ${wholeNumber(most)}`;
  };
  const skip = sql`offset ${wholeNumber(offset)}`;
  const branches = branchesOf(conditions);
  if (branches.length === 1) return sql`${sorted(conditions, limit)} ${skip}`;
  // Each value has a sorted part of the index; the parts together are not sorted.
  const merged = branches.map(
    (some) => sql`select * from (${sorted(some, offset + limit)}) as branch`,
  );
  const direction = sql.raw(sort.direction);
  return sql`select page_key, page_value from (${sql.join(merged, sql` union all `)}) as branches order by page_value ${direction}, page_key ${direction} limit ${wholeNumber(limit)} ${skip}`;
}

/** Index entries to skip, and to take, in one direction. */
interface Stretch {
  readonly sort: Sort;
  readonly offset: number;
  readonly limit: number;
}

/**
 * The stretch of the list that contains the window and one more row, from the end of the list if
 * that is nearer.
 */
function stretchOf({ sort, window }: ListQuery, total?: number): Stretch {
  const limit = window.size + 1;
  if (window.kind === 'after') return { sort, offset: 0, limit };
  const offset = offsetOf(window);
  const forward = { sort, offset, limit };
  if (total === undefined) return forward;
  const taken = Math.max(0, Math.min(limit, total - offset));
  const backward: Stretch = {
    sort: { ...sort, direction: sort.direction === 'asc' ? 'desc' : 'asc' },
    offset: Math.max(0, total - offset - taken),
    limit: taken,
  };
  return costOf(backward) < costOf(forward) ? backward : forward;
}

/** InnoDB needs twice as long per index entry in descending direction. */
function costOf({ sort, offset }: Stretch): number {
  return sort.direction === 'asc' ? offset : 2 * offset;
}

/** The conditions once per value of a filter with several values; once if there is none. */
function branchesOf(conditions: readonly Condition[]): readonly (readonly Condition[])[] {
  const several = conditions.find(
    (condition) => condition.kind === 'one-of' && new Set(condition.values).size > 1,
  );
  if (several?.kind !== 'one-of') return [conditions];
  const values = [...new Set(several.values)];
  if (values.length > MOST_BRANCHES) return [conditions];
  return values.map((value) =>
    conditions.map((each) => (each === several ? { ...several, values: [value] } : each)),
  );
}

/**
 * A parameter, so that there are few different statement texts: SQLite prepares and keeps each
 * text.
 */
function wholeNumber(value: number): SQL {
  return sql`${Math.trunc(value)}`;
}
