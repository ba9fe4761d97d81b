import type { PersistenceClient } from './client.js';
import type { AnswerOf, Schemas } from './operations.js';
import type { QueryOf, Task } from './records.js';
import type { CallOptions } from './transport/transport.js';

/** The largest page of the API. */
const PAGE = 100;

type Filters<Id extends 'listSessions' | 'listTasks' | 'listTasksOfSession'> = Omit<
  QueryOf<Id>,
  'page' | 'cursor'
>;
/** Where a page begins, over the filters of the caller. */
interface Place {
  readonly page_size: number;
  readonly cursor?: string;
  readonly fresh?: undefined;
}
type ListedSession = AnswerOf<'listSessions'>['items'][number];

/** All sessions of a list, read page by page with the cursor: a page costs the same at any depth. */
export function eachSession(
  client: PersistenceClient,
  filters: Filters<'listSessions'> = {},
  options?: CallOptions,
): AsyncGenerator<ListedSession, void, undefined> {
  return byCursor((at) => client.listSessions({ ...filters, ...at }, options), filters);
}

/** All tasks of a list. */
export function eachTask(
  client: PersistenceClient,
  filters: Filters<'listTasks'> = {},
  options?: CallOptions,
): AsyncGenerator<Task, void, undefined> {
  return byCursor((at) => client.listTasks({ ...filters, ...at }, options), filters);
}

/** All tasks of a session. Throws ApiError 404 if there is no such session. */
export function eachTaskOfSession(
  client: PersistenceClient,
  id: string,
  filters: Filters<'listTasksOfSession'> = {},
  options?: CallOptions,
): AsyncGenerator<Task, void, undefined> {
  return byCursor((at) => client.listTasksOfSession(id, { ...filters, ...at }, options), filters);
}

/**
 * All records in quarantine, newest first. This list has no cursor: records that arrive or leave
 * meanwhile shift the others. None is returned twice, and if some left, it is read from its start
 * again, so that none is missed.
 */
export async function* eachQuarantined(
  client: PersistenceClient,
  pageSize = PAGE,
  options?: CallOptions,
): AsyncGenerator<Schemas['QuarantinedRecord'], void, undefined> {
  const seen = new Set<string>();
  let total = 0;
  for (let page = 1; ; page += 1) {
    const found = await client.listQuarantine({ page, page_size: pageSize }, options);
    for (const record of found.items) {
      if (!seen.has(record.id)) yield record;
      seen.add(record.id);
    }
    const haveLeft = page > 1 && found.total < total;
    total = found.total;
    // The records behind moved to pages that were read before.
    if (haveLeft) page = 0;
    else if (page >= found.total_pages) return;
  }
}

async function* byCursor<Item>(
  read: (at: Place) => Promise<{
    readonly items: readonly Item[];
    readonly next_cursor: string | null;
  }>,
  { page_size = PAGE }: { readonly page_size?: number | undefined },
): AsyncGenerator<Item, void, undefined> {
  let page = await read({ page_size });
  yield* page.items;
  while (page.next_cursor !== null) {
    // `fresh` is for the first page: the others are to be as old as it is.
    page = await read({ page_size, cursor: page.next_cursor, fresh: undefined });
    yield* page.items;
  }
}
