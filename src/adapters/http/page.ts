import type { RecordPage } from '../../application/query-records.js';
import type { Collection } from '../../domain/collection.js';
import { totalPages } from '../../domain/query.js';
import { encodeCursor } from './cursor.js';
import { presentRecord } from './present.js';
import type { ListParameters } from './schemas/list-query.schema.js';

/** The answer of a list route. `list` names the list that its cursors belong to. */
export function presentPage(
  collection: Collection,
  list: string,
  parameters: ListParameters,
  page: RecordPage,
) {
  return {
    total: page.total,
    page: parameters.page,
    page_size: parameters.pageSize,
    total_pages: totalPages(page.total, parameters.pageSize),
    items: page.items.map((record) => presentRecord(collection, record)),
    next_cursor:
      page.next === null
        ? null
        : encodeCursor(list, parameters.query, { position: page.next, page: parameters.page + 1 }),
  };
}
