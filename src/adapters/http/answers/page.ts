import type { PageEnd, RecordPage } from '../../../application/reading/query-records.js';
import type { Collection } from '../../../domain/collection.js';
import { totalPages } from '../../../domain/query.js';
import type { RecordFields } from '../../../domain/write.js';
import { recordJson } from '../../presenting/record-json.js';
import type { ListParameters } from '../schemas/list-query.schema.js';
import { encodeCursor } from './cursor.js';

/** Shows some records of a page, each as JSON. */
export type Presenter = (records: readonly RecordFields[]) => Promise<readonly string[]>;

/**
 * The answer of a list route, in pieces. `list` names the list that its cursors belong to. The
 * totals of a page of large records are known when the last of them is read, so they come last.
 */
export async function* pageJson(
  collection: Collection,
  list: string,
  parameters: ListParameters,
  { total, next, items, rest }: RecordPage,
  present: Presenter = async (records) => records.map((record) => recordJson(collection, record)),
): AsyncGenerator<string> {
  const records = await present(items);
  if (rest === null) {
    const { next_cursor, ...numbers } = endOf(list, parameters, { total, next });
    yield `${JSON.stringify(numbers).slice(0, -1)},"items":[`;
    yield* separated(records);
    yield `],"next_cursor":${JSON.stringify(next_cursor)}}`;
    return;
  }
  try {
    yield '{"items":[';
    yield* separated(records);
    let piece = await rest.next();
    for (; piece.done !== true; piece = await rest.next()) {
      for (const record of await present(piece.value)) yield `,${record}`;
    }
    yield `],${JSON.stringify(endOf(list, parameters, piece.value)).slice(1)}`;
  } finally {
    await rest.return({ total, next });
  }
}

export function* separated(records: Iterable<string>): Generator<string> {
  let separator = '';
  for (const record of records) {
    yield separator + record;
    separator = ',';
  }
}

function endOf(list: string, { query, page, pageSize }: ListParameters, { total, next }: PageEnd) {
  return {
    total,
    page,
    page_size: pageSize,
    total_pages: totalPages(total, pageSize),
    next_cursor:
      next === null ? null : encodeCursor(list, query, { position: next, page: page + 1 }),
  };
}
