import { describe, expect, it } from 'vitest';
import {
  anHttpApp,
  aSession,
  aTask,
  type HttpTestApp,
  type Page,
} from '../../support/http/http-app.js';

async function withTasks(count = 45): Promise<HttpTestApp> {
  const app = anHttpApp();
  await app.ok(
    await app.post('sessions/batch', {
      sessions: [aSession('s-1', { status: 'completed' }), aSession('s-2')],
    }),
  );
  for (let from = 0; from < count; from += 10) {
    const tasks = Array.from({ length: Math.min(10, count - from) }, (_, index) =>
      aTask(`t-${String(from + index).padStart(3, '0')}`, {
        row_index: from + index,
        session_id: index < 8 ? 's-1' : 's-2',
        status: index % 2 === 0 ? 'pending' : 'completed',
        sheet_name: index % 3 === 0 ? 'Items' : 'Quests',
        batch_id: `b-${from}`,
      }),
    );
    await app.ok(await app.post('tasks/batch', { tasks }));
    await app.clock.advance(1000);
  }
  await app.ok(await app.post('flush'));
  return app;
}
const page = async (app: HttpTestApp, path: string) => app.ok<Page>(await app.get(path));
const ids = ({ items }: Page) => items.map(({ task_id }) => task_id);

describe('a list', () => {
  it('has the shape of a page, newest first, 20 by default', async () => {
    const app = await withTasks();
    const first = await page(app, 'tasks');
    expect(first).toMatchObject({ total: 45, page: 1, page_size: 20, total_pages: 3 });
    expect(ids(first).slice(0, 2)).toEqual(['t-044', 't-043']);
    expect(first.next_cursor).not.toBeNull();
    expect(await page(app, 'tasks?page=3')).toMatchObject({ page: 3, next_cursor: null });
    expect((await page(app, 'tasks?page=4')).items).toEqual([]);
  });

  it('reduces page_size to 100 and reports it', async () => {
    const app = await withTasks();
    expect(await page(app, 'tasks?page_size=5000')).toMatchObject({
      page_size: 100,
      total_pages: 1,
    });
  });

  it.each(['created_at', 'updated_at', 'row_index', 'status', 'task_id'])(
    'by %s is walked by cursor in both directions without a gap',
    async (sort_by) => {
      const app = await withTasks();
      for (const order of ['asc', 'desc']) {
        const query = `tasks?page_size=7&sort_by=${sort_by}&order=${order}`;
        const seen: unknown[] = [];
        let cursor = '';
        for (let number = 1; number <= 7; number += 1) {
          const next = await page(app, `${query}${cursor}`);
          expect(next.page).toBe(number);
          seen.push(...ids(next));
          cursor = `&cursor=${next.next_cursor}`;
          expect(next.next_cursor === null).toBe(number === 7);
        }
        expect(new Set(seen).size).toBe(45);
      }
    },
  );

  it('accepts filters, alone and together', async () => {
    const app = await withTasks();
    expect((await page(app, 'tasks?status=pending,completed')).total).toBe(45);
    expect((await page(app, 'tasks?status=pending')).total).toBe(23);
    expect((await page(app, 'tasks?session_id=s-2')).total).toBe(8);
    expect((await page(app, 'tasks?session_id=s-2&status=completed&batch_id=b-10')).total).toBe(1);
    expect((await page(app, 'tasks?sheet_name=items')).total).toBe(0);
    expect((await page(app, 'sessions/s-1/tasks?sheet_name=Items')).total).toBe(14);
    expect((await page(app, 'sessions?status=processing')).items).toMatchObject([
      { session_id: 's-2' },
    ]);
    expect((await page(app, 'sessions?filename=tems.')).total).toBe(2);
    expect((await page(app, 'sessions?filename=ITEMS')).total).toBe(0);
  });

  it.each([
    ['from_date=2026-11-24', 45],
    ['from_date=2026-11-25', 0],
    ['to_date=2026-11-24', 45],
    ['to_date=2026-11-23', 0],
    ['from_date=2026-11-24T12:00:01Z&to_date=2026-11-24T12:00:02', 20],
    ['from_date=2026-11-24T14:00:04%2B02:00', 5],
    ['to_date=2026-11-24T11:59:59.999Z', 0],
  ])('by dates: %s', async (query, total) => {
    const app = await withTasks();
    expect((await page(app, `tasks?${query}`)).total).toBe(total);
  });

  it('shows stored records, and with fresh=true everything accepted before', async () => {
    const app = await withTasks(1);
    await app.ok(await app.post('tasks/batch', { tasks: [aTask('late')] }));
    expect((await page(app, 'tasks')).total).toBe(1);
    expect((await page(app, 'tasks?fresh=true')).total).toBe(2);
  });
});

describe('a cursor is refused', () => {
  it.each([
    ['with another filter', 'tasks?page_size=5&status=pending'],
    ['with another sort', 'tasks?page_size=5&sort_by=row_index'],
    ['in the other direction', 'tasks?page_size=5&order=asc'],
    ['in another list', 'sessions?page_size=5'],
    ['in the list of a session', 'sessions/s-1/tasks?page_size=5'],
  ])('%s', async (_where, path) => {
    const app = await withTasks();
    const { next_cursor } = await page(app, 'tasks?page_size=5');
    const separator = path.includes('?') ? '&' : '?';
    const problem = await app.problem(await app.get(`${path}${separator}cursor=${next_cursor}`));
    expect(problem.errors?.[0]?.path).toBe('cursor');
  });

  it('if any of its characters was changed', async () => {
    const app = await withTasks();
    const { next_cursor } = await page(app, 'tasks?page_size=5');
    const cursor = next_cursor ?? '';
    for (let at = 0; at < cursor.length - 1; at += 1) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      expect((await app.get(`tasks?page_size=5&cursor=${changed}`)).status).toBe(422);
    }
  });
});

describe('recovery, deleting and counting', () => {
  it('lists unfinished sessions, and finished ones that have unfinished tasks', async () => {
    const app = await withTasks(1);
    expect(await app.ok(await app.get('recovery/incomplete-sessions'))).toMatchObject({
      count: 2,
      sessions: [{ session_id: 's-2' }, { session_id: 's-1' }],
    });
    await app.ok(await app.post('tasks/batch', { tasks: [aTask('t-000', { status: 'skipped' })] }));
    expect(await app.ok(await app.get('recovery/incomplete-sessions'))).toMatchObject({
      count: 1,
      sessions: [{ session_id: 's-2' }],
    });
  });

  it('restores a session with its unfinished tasks', async () => {
    const app = await withTasks();
    const restored = await app.ok<{ tasks: { status: string }[]; tasks_count: number }>(
      await app.post('recovery/restore/s-1'),
    );
    expect(restored).toMatchObject({
      session_id: 's-1',
      session: { session_id: 's-1' },
      tasks_count: 19,
    });
    expect(restored.tasks).toHaveLength(19);
    expect(restored.tasks.every(({ status }) => status === 'pending')).toBe(true);
    expect(await app.ok(await app.post('recovery/restore/s-2'))).toMatchObject({ tasks_count: 4 });
  });

  it('restores a session without tasks', async () => {
    const app = anHttpApp();
    await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
    expect(await app.ok(await app.post('recovery/restore/s-1'))).toMatchObject({
      tasks: [],
      tasks_count: 0,
    });
  });

  it('deletes a session with its tasks', async () => {
    const app = await withTasks();
    expect(await app.ok(await app.remove('sessions/s-1'))).toEqual({
      status: 'deleted',
      session_id: 's-1',
      deleted_tasks: 37,
    });
    expect((await app.get('sessions/s-1')).status).toBe(404);
    expect((await page(app, 'tasks')).total).toBe(8);
  });

  it('cleans up sessions without unfinished tasks, or only counts them', async () => {
    const app = await withTasks();
    await app.clock.advance(91 * 86_400_000);
    expect(await app.ok(await app.post('sessions/cleanup?dry_run=true'))).toMatchObject({
      deleted_sessions: 0,
    });
    const { items } = await page(app, 'sessions/s-1/tasks?status=pending&page_size=100');
    const tasks = items.map(({ task_id, row_index }) =>
      aTask(String(task_id), { row_index, status: 'skipped' }),
    );
    await app.ok(await app.post('tasks/batch', { tasks }));
    expect(await app.ok(await app.post('sessions/cleanup?dry_run=true'))).toEqual({
      deleted_sessions: 1,
      deleted_tasks: 37,
      dry_run: true,
    });
    expect(await app.ok(await app.post('sessions/cleanup?completed_days=120'))).toMatchObject({
      deleted_sessions: 0,
    });
    expect(await app.ok(await app.post('sessions/cleanup'))).toEqual({
      deleted_sessions: 1,
      deleted_tasks: 37,
      dry_run: false,
    });
  });

  it('counts', async () => {
    const app = await withTasks(10);
    expect(await app.ok(await app.get('stats'))).toMatchObject({
      sessions: { total: 2, by_status: { completed: 1, processing: 1 } },
      tasks: {
        total: 10,
        by_status: { completed: 5, pending: 5 },
        avg_duration_ms: null,
        avg_confidence: null,
        total_retries: 0,
      },
    });
  });
});
