import { z } from '@hono/zod-openapi';
import type { Collection, Filter } from '../../../domain/collection.js';
import {
  type Condition,
  DEFAULT_PAGE_SIZE,
  DEFAULT_SORT,
  type ListQuery,
  MAX_PAGE_SIZE,
} from '../../../domain/query.js';
import { decodeCursor, MAX_CURSOR } from '../answers/cursor.js';
import { invalid } from '../problems/problem.js';
import { parseDateOrTime } from './dates.js';
import { storableProblem } from './text-rules.js';

/** Beyond it, `page` times `page_size` could exceed the range of exact integers. */
const MAX_PAGE = 2_147_483_647;

export const filterText = z.string().superRefine((text, context) => {
  const message = storableProblem(text);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const date = z
  .string()
  .refine(
    (text) => parseDateOrTime(text) !== null,
    'expected an ISO 8601 date or date-time between the years 1000 and 9999, such as 2026-11-24 or 2026-11-24T12:00:00Z (write + as %2B in a URL)',
  );

/** A query parameter is text, documented as the type that the text represents. */
type TextParameter = z.ZodType<string | undefined>;

const optionalFlag: TextParameter = z.enum(['true', 'false']).optional();
export const flag = optionalFlag.openapi({ type: 'boolean', default: false });
export const fresh = flag.openapi({
  description: 'Wait until everything accepted before this request is stored.',
});

/** A whole number in decimal digits; `+1`, `1e3` and `0x1` are not accepted. */
export function digits(minimum: number, maximum: number, fallback: number) {
  const text: TextParameter = z
    .string()
    .refine(
      (text) => /^\d{1,15}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum,
      `expected a whole number from ${minimum} to ${maximum}`,
    )
    .optional();
  return text.openapi({ type: 'integer', minimum, maximum, default: fallback });
}

const pageSize: TextParameter = z
  .string()
  .regex(/^0*[1-9]\d{0,14}$/, `expected a whole number from 1 to ${MAX_PAGE_SIZE}`)
  .optional();

const TOGETHER = ' Only together with the record that these belong to.';

/** The schema of a kind of filter, with its documentation. */
function schemaOf({ parameter, field, others = [], match, withinParent }: Filter): TextParameter {
  const event = field === 'updated_at' ? 'Updated' : 'Created';
  switch (match) {
    case 'one-of':
      return filterText
        .refine(
          (text) => valuesOf(text).length > 0,
          `expected one ${parameter}, or several and commas`,
        )
        .optional()
        .openapi({
          description: `One ${parameter}, or several separated by commas.`,
          ...(parameter === 'status' ? { example: 'pending,processing' } : {}),
        });
    case 'equals':
      return filterText.optional().openapi({
        description: `This ${parameter}, compared byte for byte.${withinParent ? TOGETHER : ''}`,
      });
    case 'contains':
      return filterText.optional().openapi({
        description: `A part of ${[field, ...others].join(' or ')}; case-sensitive.${withinParent ? TOGETHER : ''}`,
      });
    case 'from':
      return date.optional().openapi({
        description: `${event} at or after this time; without a zone it is UTC.`,
        example: '2026-11-01',
      });
    case 'until':
      return date.optional().openapi({
        description: `${event} at or before this time; a date without a time includes the whole day.`,
        example: '2026-11-30',
      });
  }
}

export const pageParameters = {
  page: digits(1, MAX_PAGE, 1).openapi({
    description: 'Number of the page. For deep paging use `cursor`: a later page takes longer.',
  }),
  page_size: pageSize.openapi({
    type: 'integer',
    minimum: 1,
    default: DEFAULT_PAGE_SIZE,
    description: `At most ${MAX_PAGE_SIZE}; a larger number is reduced to it.`,
  }),
} as const;

/** The query parameters of a list of a collection: its filters, except those in the path. */
export function listQuerySchema(collection: Collection, without: readonly string[] = []) {
  const filters = collection.filters.filter(({ parameter }) => !without.includes(parameter));
  return z.strictObject({
    ...Object.fromEntries(filters.map((filter) => [filter.parameter, schemaOf(filter)])),
    ...pageParameters,
    sort_by: z
      .enum([...collection.sorts.map(({ field }) => field), collection.key])
      .optional()
      .openapi({
        default: DEFAULT_SORT.field,
        description: 'The field to sort by. Records with the same value are sorted by their key.',
      }),
    order: z.enum(['asc', 'desc']).optional().openapi({
      default: DEFAULT_SORT.direction,
      description: 'Ascending or descending; keys of equal values in the same direction.',
    }),
    cursor: z.string().max(MAX_CURSOR).optional().openapi({
      description: 'The `next_cursor` of the previous page; replaces `page`, for deep paging.',
    }),
    fresh,
  });
}

export interface ListParameters {
  readonly query: ListQuery;
  readonly page: number;
  readonly pageSize: number;
  readonly fresh: boolean;
}

type RawList = Readonly<Partial<Record<string, string>>>;

/**
 * `list` names the list of the collection that a cursor must belong to; `ofParent` is whether it is
 * that of the records of one parent. Throws VALIDATION_ERROR.
 */
export function toListParameters(
  collection: Collection,
  list: string,
  raw: RawList,
  { ofParent }: { readonly ofParent: boolean },
): ListParameters {
  const pageSize = pageSizeOf(raw);
  const page = Number(raw.page ?? 1);
  const sort = {
    field: raw.sort_by ?? DEFAULT_SORT.field,
    direction: raw.order === 'asc' ? 'asc' : DEFAULT_SORT.direction,
  } as const;
  checkParent(collection, ofParent, raw);
  const query: ListQuery = {
    conditions: conditionsOf(collection, raw),
    sort,
    window: { kind: 'page', page, size: pageSize },
  };
  const fresh = raw.fresh === 'true';
  if (raw.cursor === undefined) return { query, page, pageSize, fresh };
  const cursor = decodeCursor(collection, list, query, raw.cursor);
  if (cursor === null) {
    throw invalid([
      {
        path: 'cursor',
        message:
          'does not belong to this list, filter and sort; use the next_cursor of the previous page, with the same parameters',
      },
    ]);
  }
  const window = { kind: 'after', position: cursor.position, size: pageSize } as const;
  return { query: { ...query, window }, page: cursor.page, pageSize, fresh };
}

export function pageSizeOf(raw: RawList): number {
  return Math.min(MAX_PAGE_SIZE, Number(raw.page_size ?? DEFAULT_PAGE_SIZE));
}

/** Sorted, so that a cursor does not depend on the order of the values. */
function valuesOf(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))].sort();
}

/** Throws VALIDATION_ERROR if a filter needs a parent, and none is given. */
function checkParent({ filters, parent }: Collection, isGiven: boolean, raw: RawList): void {
  const equals = filters.find(({ field, match }) => field === parent?.field && match === 'equals');
  if (isGiven || equals === undefined || raw[equals.parameter] !== undefined) return;
  const issues = filters.flatMap(({ parameter, withinParent }) => {
    const value = raw[parameter];
    if (withinParent !== true || value === undefined) return [];
    const message = `is only possible together with ${equals.parameter}`;
    return [{ path: parameter, message, value }];
  });
  if (issues.length > 0) throw invalid(issues);
}

function conditionsOf({ filters }: Collection, raw: RawList): readonly Condition[] {
  const conditions: Condition[] = [];
  const ranges = new Map<string, { from?: number; until?: number }>();
  for (const { parameter, field, others = [], match } of filters) {
    const text = raw[parameter];
    if (text === undefined) continue;
    if (match === 'one-of') conditions.push({ kind: 'one-of', field, values: valuesOf(text) });
    else if (match === 'equals') conditions.push({ kind: 'one-of', field, values: [text] });
    else if (match === 'contains')
      conditions.push({ kind: 'contains', fields: [field, ...others], text });
    else ranges.set(field, { ...ranges.get(field), ...endOf(match, text) });
  }
  for (const [field, range] of ranges) {
    checkRange(filters, field, range, raw);
    conditions.push({ kind: 'range', field, ...range });
  }
  return conditions;
}

function endOf(match: 'from' | 'until', text: string): { from?: number; until?: number } {
  const day = parseDateOrTime(text);
  if (day === null) return {};
  return match === 'from' ? { from: day.from } : { until: day.until };
}

/** Throws VALIDATION_ERROR if the range ends before it begins. */
function checkRange(
  filters: readonly Filter[],
  field: string,
  { from, until }: { from?: number; until?: number },
  raw: RawList,
): void {
  if (from === undefined || until === undefined || from <= until) return;
  const parameterOf = (match: Filter['match']) =>
    filters.find((filter) => filter.field === field && filter.match === match)?.parameter ?? field;
  const path = parameterOf('from');
  const message = `is later than ${parameterOf('until')}`;
  throw invalid([{ path, message, value: raw[path] ?? null }]);
}
