/** What a list requests, as data: conditions, one order, and a window. */
import type { Collection, FieldValue } from './collection.js';
import { FAILED, FINISHED_STATUSES } from './status.js';

/**
 * All comparisons are exact: byte for byte, case-sensitive. `range` ends are inclusive epoch
 * milliseconds; `contains` is met by one of the fields. A field is the key, a field of the
 * collection, `created_at` or `updated_at`.
 */
export type Condition =
  | { readonly kind: 'one-of'; readonly field: string; readonly values: readonly string[] }
  | { readonly kind: 'none-of'; readonly field: string; readonly values: readonly string[] }
  | { readonly kind: 'contains'; readonly fields: readonly string[]; readonly text: string }
  | {
      readonly kind: 'range';
      readonly field: string;
      readonly from?: number;
      readonly until?: number;
    };

export type Direction = 'asc' | 'desc';

/** Ties are broken by the key, in the same direction, so the order is total. */
export interface Sort {
  readonly field: string;
  readonly direction: Direction;
}

/** A position in a sorted list: the sort value and key of the record before it. */
export interface Position {
  readonly value: string | number;
  readonly key: string;
}

export type Window =
  | { readonly kind: 'page'; readonly page: number; readonly size: number }
  | { readonly kind: 'after'; readonly position: Position; readonly size: number };

export interface ListQuery {
  readonly conditions: readonly Condition[];
  readonly sort: Sort;
  readonly window: Window;
  /**
   * Maximum size of the window, in bytes of the texts of its records. A window that would be larger
   * ends earlier, but has at least one record. Default: no limit.
   */
  readonly maxBytes?: number;
}

/** The records that belong to one of these records. */
export function belongingTo(field: string, ...keys: readonly string[]): Condition {
  return { kind: 'one-of', field, values: keys };
}

/**
 * Condition for records whose work continues after a crash; no record meets it if the collection
 * has no status.
 */
export function unfinished({ status, key }: Collection): Condition {
  if (status === null) return { kind: 'one-of', field: key, values: [] };
  return { kind: 'none-of', field: status, values: FINISHED_STATUSES };
}

/** Condition for records whose work has failed; no record meets it if the collection has no status. */
export function failed({ status, key }: Collection): Condition {
  if (status === null) return { kind: 'one-of', field: key, values: [] };
  return { kind: 'one-of', field: status, values: [FAILED] };
}

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;
export const DEFAULT_SORT: Sort = { field: 'created_at', direction: 'desc' };

/** From this offset, a store counts the list, so that it can start at the nearer end. */
const DEEP = 10_000;

/** Whether the answer of a store to this window includes the length of the list at that moment. */
export function isDeep(window: Window): boolean {
  return window.kind === 'page' && offsetOf(window) >= DEEP;
}

export function offsetOf({ page, size }: { readonly page: number; readonly size: number }): number {
  return (page - 1) * size;
}

/**
 * Adjusts a total that was counted at another moment than the window was read, so that they agree:
 * `shown` records are in the window, and more may follow.
 */
export function consistentTotal(
  total: number,
  window: Window,
  shown: number,
  moreFollow: boolean,
): number {
  const before = window.kind === 'page' ? offsetOf(window) : 0;
  const seen = before + shown;
  if (moreFollow) return Math.max(total, seen + 1);
  if (window.kind === 'after') return Math.max(total, shown);
  // The last page ends where the list ends; a page beyond the end only shows that the list is
  // shorter.
  return shown > 0 || before === 0 ? seen : Math.min(total, before);
}

export function totalPages(total: number, pageSize: number): number {
  return Math.ceil(total / pageSize);
}

/** The position of a record in a list sorted by `sort`. */
export function positionOf(
  record: Readonly<Record<string, FieldValue>>,
  key: string,
  sort: Sort,
): Position {
  return { value: record[sort.field] as string | number, key: record[key] as string };
}
