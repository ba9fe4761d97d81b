import { describe, expect, it } from 'vitest';
import type { PageEnd } from '../../../src/application/reading/query-records.js';
import type { RecordFields } from '../../../src/domain/write.js';
import {
  anHttpApp,
  aSession,
  aTask,
  BASE,
  type HttpTestApp,
  type Page,
} from '../../support/http/http-app.js';

const MIB = 1024 * 1024;
/** Larger than one read, and six times as long as JSON. */
const LARGE = {
  source_text: '\u0001'.repeat(MIB),
  target_text: '\u0001'.repeat(MIB),
  context: '\u0001'.repeat(MIB / 2),
};

async function withTasks(count: number, fields: Record<string, unknown>): Promise<HttpTestApp> {
  const app = anHttpApp({ settings: { maxPendingBytes: 1024 * MIB } });
  await app.ok(await app.post('sessions/batch', { sessions: [aSession('s-1')] }));
  for (let index = 0; index < count; index += 1) {
    const tasks = [aTask(`t-${index}`, { row_index: index, ...fields })];
    await app.ok(await app.post('tasks/batch', { tasks }));
    await app.clock.advance(1);
  }
  await app.ok(await app.post('flush'));
  return app;
}

const LIST = 'tasks?sort_by=row_index&order=asc&page_size=5';
const ids = ({ items }: Page) => items.map(({ task_id }) => task_id);
/** The answer as the server takes it: one piece per request. */
const answerOf = async (app: HttpTestApp) => app.app.request(`${BASE}/${LIST}`, {}, {});
const bodyOf = async (app: HttpTestApp) =>
  ((await answerOf(app)).body as ReadableStream<Uint8Array>).getReader();

describe('a page of large records', () => {
  it('has the shape, the totals and the cursor of any page', async () => {
    const app = await withTasks(8, { source_text: 'x'.repeat(MIB - 1) });
    const first = await app.ok<Page>(await app.get(LIST));
    expect(first).toMatchObject({ total: 8, page: 1, page_size: 5, total_pages: 2 });
    expect(ids(first)).toEqual(['t-0', 't-1', 't-2', 't-3', 't-4']);
    const next = await app.ok<Page>(await app.get(`${LIST}&cursor=${first.next_cursor}`));
    expect(next).toMatchObject({ total: 8, page: 2, next_cursor: null });
    expect(ids(next)).toEqual(['t-5', 't-6', 't-7']);
    expect(ids(await app.ok<Page>(await app.get(`${LIST}&page=2`)))).toEqual(ids(next));
  });

  it('is read from the store as it is sent, some megabytes at a time', async () => {
    const app = await withTasks(5, LARGE);
    app.taskStore.windows.length = 0;
    const body = await bodyOf(app);
    expect(app.taskStore.windows.length).toBeLessThan(4);
    let bytes = 0;
    for (let piece = await body.read(); !piece.done; piece = await body.read())
      bytes += piece.value.length;
    expect(bytes).toBeGreaterThan(5 * 15 * MIB);
    expect(app.taskStore.windows).toHaveLength(5);
  });

  it('is not read further after its client has disconnected', async () => {
    const app = await withTasks(5, LARGE);
    app.taskStore.windows.length = 0;
    const body = await bodyOf(app);
    await body.read();
    await body.cancel();
    expect(app.taskStore.windows.length).toBeLessThan(4);
  });

  it('stops reading records when its client disconnects in the middle', async () => {
    const app = await withTasks(2, {});
    let ended = false;
    const { list } = app.queryRecords;
    app.queryRecords.list = async (...query) => {
      const page = await list.apply(app.queryRecords, query);
      async function* more(): AsyncGenerator<readonly RecordFields[], PageEnd> {
        try {
          for (;;) yield [{ ...page.items[0], source_text: 'x'.repeat(MIB) }];
        } finally {
          ended = true;
        }
      }
      return { ...page, rest: more() };
    };
    const body = await bodyOf(app);
    await body.read();
    expect(ended).toBe(false);
    await body.cancel();
    expect(ended).toBe(true);
  });

  it('is no error if its client disconnects while the next piece is queued', async () => {
    const app = await withTasks(5, LARGE);
    const leaving = new AbortController();
    const answer = await app.app.request(`${BASE}/${LIST}`, { signal: leaving.signal }, {});
    const body = (answer.body as ReadableStream<Uint8Array>).getReader();
    await body.read();
    leaving.abort();
    while (!(await body.read()).done);
    expect(app.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is cut off, and logged, if the store fails in the middle', async () => {
    const app = await withTasks(5, LARGE);
    const body = await bodyOf(app);
    await body.read();
    app.taskStore.down = true;
    const all = async () => {
      while (!(await body.read()).done);
    };
    await expect(all()).rejects.toThrow('connection refused');
    expect(app.logger.lines.at(-1)).toMatchObject({ message: 'An answer was cut off' });
  });

  it('has totals that agree with its records if some are deleted meanwhile', async () => {
    const app = await withTasks(5, LARGE);
    const response = await answerOf(app);
    await app.ok(await app.request('DELETE', 'sessions/s-1'));
    const page = (await response.json()) as Page;
    expect(page.total).toBe(page.items.length);
    expect(page.items.length).toBeLessThan(5);
    expect(page.next_cursor).toBeNull();
  });
});
