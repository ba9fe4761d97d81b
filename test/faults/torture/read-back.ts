import type { FoundSession, FoundTask } from './records.js';
import { BASE, told } from './requests.js';

/** All records that a service shows, by key. */
export interface Everything {
  readonly sessions: ReadonlyMap<string, FoundSession>;
  readonly tasks: ReadonlyMap<string, FoundTask>;
  readonly quarantined: ReadonlyMap<string, FoundTask>;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly total_pages: number;
  readonly next_cursor: string | null;
}

interface Quarantined {
  readonly key: string;
  readonly reason: string;
  readonly record: FoundTask;
}

/** Reads everything back through lists. */
export async function readBack(url: string): Promise<Everything> {
  const sessions = await everyRecord<FoundSession>(url, 'sessions');
  const tasks = await everyRecord<FoundTask>(url, 'tasks');
  const quarantined = await everyQuarantined(url);
  return {
    sessions: byKey(sessions, ({ session_id }) => session_id),
    tasks: byKey(tasks, ({ task_id }) => task_id),
    quarantined: byKey(
      quarantined.map(({ record }) => record),
      ({ task_id }) => task_id,
    ),
  };
}

async function everyRecord<Item>(url: string, list: 'sessions' | 'tasks'): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ page_size: '100', fresh: 'true' });
    if (cursor !== null) query.set('cursor', cursor);
    const page: Page<Item> = await told(url, `${BASE}/${list}?${query}`);
    items.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === null && page.total !== items.length)
      throw new Error(`${list}: a total of ${page.total} with ${items.length} records`);
  } while (cursor !== null);
  return items;
}

async function everyQuarantined(url: string): Promise<Quarantined[]> {
  const items: Quarantined[] = [];
  for (let page = 1; ; page += 1) {
    const found = await told<Page<Quarantined>>(
      url,
      `${BASE}/quarantine?page=${page}&page_size=100`,
    );
    items.push(...found.items);
    if (page >= found.total_pages) break;
  }
  const other = items.find(({ reason }) => !reason.startsWith('MISSING_PARENT'));
  if (other !== undefined)
    throw new Error(`refused for an unexpected reason: ${JSON.stringify(other)}`);
  return items;
}

function byKey<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item> {
  const found = new Map(items.map((item) => [keyOf(item), item]));
  if (found.size !== items.length) throw new Error('a record is listed twice');
  return found;
}
