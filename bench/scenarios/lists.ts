import { atMost, type Figure } from '../support/figure.js';
import { get, type HttpClient } from '../support/http.js';
import { closedLoop } from '../support/load.js';
import type { Scenario } from '../support/scenario.js';
import { type Stage, stop } from '../support/stage.js';

const PAGE_SIZE = 25;
/** Number of sequential requests per list. */
const TIMES = 40;

/** Every list over a million tasks, including its total; one request at a time. */
export const lists: Scenario = {
  name: 'lists',
  usesDataset: true,
  about: 'Every kind of list over the data set, including `total`.',
  run,
};

function paths(pages: number): readonly (readonly [name: string, path: string])[] {
  const page = (number: number) => `page_size=${PAGE_SIZE}&page=${number}`;
  return [
    ['tasks, page 1', `tasks?${page(1)}`],
    // The middle is farthest from both ends.
    [`tasks, page ${pages / 2}`, `tasks?${page(pages / 2)}`],
    [`tasks, page ${pages}`, `tasks?${page(pages)}`],
    ['tasks, sorted by updated_at, page 2', `tasks?sort_by=updated_at&${page(2)}`],
    ['tasks, sorted by row_index', `tasks?sort_by=row_index&order=asc&${page(1)}`],
    ['tasks, sorted by status', `tasks?sort_by=status&${page(1)}`],
    ['tasks of a status', `tasks?status=completed&${page(1)}`],
    ['tasks of a status, page 10,000', `tasks?status=completed&${page(10_000)}`],
    ['tasks of two statuses', `tasks?status=pending,processing&${page(1)}`],
    ['tasks of two statuses, page 1,000', `tasks?status=pending,processing&${page(1000)}`],
    ['tasks of a batch', `tasks?batch_id=d-7-b3&${page(1)}`],
    ['tasks of a sheet', `tasks?sheet_name=Sheet3&${page(1)}`],
    ['tasks of a sheet and a status', `tasks?sheet_name=Sheet3&status=pending&${page(1)}`],
    ['tasks of a session', `sessions/d-7/tasks?${page(1)}`],
    ['tasks of a session, page 40', `sessions/d-7/tasks?${page(40)}`],
    ['tasks of a session and a status', `sessions/d-7/tasks?status=pending&${page(1)}`],
    ['tasks of a week', `tasks?from_date=${daysAgo(14)}&to_date=${daysAgo(7)}&${page(1)}`],
    ['sessions, page 1', `sessions?${page(1)}`],
    ['sessions of a status', `sessions?status=processing&${page(1)}`],
    ['sessions by part of the name', `sessions?filename=chapter-7&${page(1)}`],
  ];
}

async function run(stage: Stage): Promise<readonly Figure[]> {
  const running = await stage.start(await stage.filled());
  const { client } = running;
  const figures: Figure[] = [];
  const measure = async (name: string, path: string, limit: number) => {
    const latencies = await closedLoop(client, { clients: 1, calls: TIMES, call: () => get(path) });
    const { p95, errors, count } = latencies.summary();
    if (errors > 0) throw new Error(`${path}: ${errors} of ${errors + count} failed`);
    figures.push(atMost(`${name}, P95`, p95, 'ms', limit));
  };
  for (const [name, path] of paths(stage.dataset.tasks / PAGE_SIZE)) await measure(name, path, 50);
  for (const list of ['tasks', 'tasks?status=completed', 'tasks?status=pending,processing']) {
    await measure(`${list}, cursor`, await deepCursor(client, list), 10);
  }
  await stop(running);
  return figures;
}

/** The path of the page after the middle of the list. */
async function deepCursor(client: HttpClient, list: string): Promise<string> {
  const paged = `${list}${list.includes('?') ? '&' : '?'}page_size=${PAGE_SIZE}`;
  const { total_pages } = await client.json<{ total_pages: number }>(get(paged));
  const middle = Math.max(1, Math.floor(total_pages / 2));
  const { next_cursor } = await client.json<{ next_cursor: string }>(
    get(`${paged}&page=${middle}`),
  );
  return `${paged}&cursor=${encodeURIComponent(next_cursor)}`;
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
