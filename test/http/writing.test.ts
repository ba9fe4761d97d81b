import { afterEach, describe, expect, it } from 'vitest';
import { expectBalanced } from '../support/application/balance.js';
import {
  anHttpApp,
  aSession,
  aTask,
  type HttpTestApp,
  type Page,
} from '../support/http/http-app.js';

let app: HttpTestApp;
const start = async (options: Parameters<typeof anHttpApp>[0] = {}) => {
  app = anHttpApp(options);
  await app.ok(await app.post('sessions/batch', { sessions: [aSession()] }));
};
const task = async (id: string) =>
  app.ok<Record<string, unknown>>(await app.get(`tasks/${encodeURIComponent(id)}`));

afterEach(() => expectBalanced(app));

describe('a batch', () => {
  it('is answered with the number accepted and the time', async () => {
    await start();
    expect(
      await app.ok(await app.post('tasks/batch', { tasks: [aTask('t-1'), aTask('t-2')] })),
    ).toEqual({
      status: 'accepted',
      count: 2,
      timestamp: '2026-11-24T12:00:00.000Z',
    });
  });

  it('with durability stored is answered as with ack=stored', async () => {
    await start({ settings: { holdsAccepted: false } });
    const tasks = [aTask('t-1'), aTask('t-2', { session_id: 'unknown' })];
    expect(await app.ok(await app.post('tasks/batch', { tasks }))).toEqual({
      status: 'stored',
      count: 2,
      timestamp: '2026-11-24T12:00:00.000Z',
      quarantined: [{ index: 1, key: 't-2', reason: expect.stringContaining('MISSING_PARENT') }],
    });
  });

  it('with durability stored is refused while the store is away, with a time for the retry', async () => {
    await start({ settings: { holdsAccepted: false } });
    app.taskStore.down = true;
    const refused = await app.post('tasks/batch', { tasks: [aTask('t-1')] });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toMatchObject({ error_code: 'STORAGE_UNAVAILABLE' });
    expect((await app.get('/health/ready')).status).toBe(503);
  });

  it('may have ten thousand records, each stored unchanged', async () => {
    await start();
    const tasks = Array.from({ length: 10_000 }, (_, index) =>
      aTask(`t-${index}`, { source_text: `{"剣": ["[\\", ${index}]}`, row_index: index }),
    );
    expect(await app.ok(await app.post('tasks/batch', { tasks }))).toMatchObject({ count: 10_000 });
    for (const index of [0, 4_999, 9_999]) {
      expect(await task(`t-${index}`)).toMatchObject(tasks[index] ?? {});
    }
    await app.ok(await app.post('flush'));
    expect(await app.ok<Page>(await app.get('tasks'))).toMatchObject({ total: 10_000 });
  });

  it('may be empty', async () => {
    await start();
    expect(await app.ok(await app.post('tasks/batch', { tasks: [] }))).toMatchObject({ count: 0 });
  });

  it('can be read back by id at once, in full, with initial values', async () => {
    await start();
    await app.ok(
      await app.post('tasks/batch', {
        tasks: [
          aTask('t-1', {
            confidence: 0.98765,
            start_time: '2026-11-24T14:00:00.5+02:00',
            end_time: '2026-11-24T12:00:01',
          }),
        ],
      }),
    );
    expect(await task('t-1')).toEqual({
      ...aTask('t-1'),
      target_text: null,
      context: null,
      confidence: 0.9877,
      error_message: null,
      retry_count: 0,
      start_time: '2026-11-24T12:00:00.500Z',
      end_time: '2026-11-24T12:00:01.000Z',
      duration_ms: null,
      created_at: '2026-11-24T12:00:00.000Z',
      updated_at: '2026-11-24T12:00:00.000Z',
    });
  });

  it('accepts a record that was read, including times of the service, and ignores those', async () => {
    await start();
    await app.ok(await app.post('tasks/batch', { tasks: [aTask('t-1', { target_text: 'épée' })] }));
    const before = await task('t-1');
    await app.clock.advance(5000);
    await app.ok(
      await app.post('tasks/batch', {
        tasks: [{ ...before, created_at: '1999-01-01T00:00:00.000Z' }],
      }),
    );
    expect(await task('t-1')).toEqual({ ...before, updated_at: '2026-11-24T12:00:05.000Z' });
  });

  it('merges a repeated key, field by field', async () => {
    await start();
    await app.ok(
      await app.post('tasks/batch', {
        tasks: [
          aTask('t-1', { context: 'shop', target_text: 'a' }),
          aTask('t-1', { target_text: null }),
        ],
      }),
    );
    expect(await task('t-1')).toMatchObject({ context: 'shop', target_text: null });
  });

  it.each([
    'A',
    'a',
    'á',
    'a\u0301',
    'a.',
    'a b',
    'a/b',
    'a%2Fb',
    '漢字🗡️',
    'a?b#c',
    '...',
    '.a',
    'می\u200cخواهم',
    '👩\u200d💻',
  ])('keeps an id as it is: %s', async (id) => {
    await start();
    await app.ok(await app.post('tasks/batch?ack=stored', { tasks: [aTask(id)] }));
    expect(await task(id)).toMatchObject({ task_id: id });
    expect((await app.get(`tasks/${encodeURIComponent(`${id.toUpperCase()}x`)}`)).status).toBe(404);
  });

  it('keeps cells of 98 KB and every character', async () => {
    await start();
    const text = `${'漢🗡️'.repeat(14_000)}\u{10ffff}`;
    await app.ok(
      await app.post('tasks/batch?ack=stored', {
        tasks: [aTask('big', { source_text: text, target_text: text })],
      }),
    );
    const record = await task('big');
    expect(record.source_text === text && record.target_text === text).toBe(true);
  });

  it('returns JSON unchanged, including __proto__', async () => {
    await start();
    const body =
      '{"sessions":[{"session_id":"s-9","filename":"f","file_path":"p","status":"pending","llm_provider":"l","game_info":{"z":1,"a":{"__proto__":{"x":1.5}},"10":[null,true]}}]}';
    await app.ok(await app.post('sessions/batch', body));
    expect(await (await app.get('sessions/s-9')).text()).toContain(
      '"game_info":{"z":1,"a":{"__proto__":{"x":1.5}},"10":[null,true]}',
    );
  });

  it('keeps the greater counter', async () => {
    await start();
    await app.ok(
      await app.post('sessions/batch', {
        sessions: [aSession('s-1', { total_tasks: 9, processing_tasks: 5 })],
      }),
    );
    await app.ok(
      await app.post('sessions/batch', {
        sessions: [aSession('s-1', { total_tasks: 3, processing_tasks: 0 })],
      }),
    );
    expect(await app.ok(await app.get('sessions/s-1'))).toMatchObject({
      total_tasks: 9,
      processing_tasks: 0,
    });
  });
});

describe('ack=stored', () => {
  it('answers when the records are in the store', async () => {
    await start();
    expect(
      await app.ok(await app.post('tasks/batch?ack=stored', { tasks: [aTask()] })),
    ).toMatchObject({ status: 'stored', count: 1, quarantined: [] });
    expect((await app.ok<Page>(await app.get('tasks'))).total).toBe(1);
  });

  it('lists records that were quarantined instead', async () => {
    await start();
    const answer = await app.ok(
      await app.post('tasks/batch?ack=stored', {
        tasks: [aTask(), aTask('orphan', { session_id: 'nowhere' })],
      }),
    );
    expect(answer).toMatchObject({
      status: 'stored',
      quarantined: [
        { index: 1, key: 'orphan', reason: 'MISSING_PARENT: session_id "nowhere" does not exist' },
      ],
    });
  });

  it('is 503 with Retry-After while the store is down, and the records are stored later', async () => {
    await start();
    app.taskStore.down = true;
    const response = await app.post('tasks/batch?ack=stored', { tasks: [aTask()] });
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await app.problem(response)).toMatchObject({
      status: 503,
      error_code: 'STORAGE_UNAVAILABLE',
    });
    app.taskStore.down = false;
    await app.clock.advance(60_000);
    expect((await app.ok<Page>(await app.get('tasks'))).total).toBe(1);
  });
});

describe('flush', () => {
  it('stores what was accepted', async () => {
    await start();
    await app.post('tasks/batch', { tasks: [aTask('t-1'), aTask('t-2')] });
    expect(await app.ok(await app.post('flush'))).toEqual({
      status: 'flushed',
      sessions_written: 1,
      tasks_written: 2,
      duration_ms: 0,
    });
    expect(await app.ok(await app.post('flush'))).toMatchObject({
      sessions_written: 0,
      tasks_written: 0,
    });
  });

  it('is 503 if the store is down, and loses nothing', async () => {
    await start();
    app.taskStore.down = true;
    expect(await app.problem(await app.post('flush'))).toMatchObject({
      error_code: 'STORAGE_UNAVAILABLE',
    });
    app.taskStore.down = false;
    expect(await app.ok(await app.post('flush'))).toMatchObject({ sessions_written: 1 });
  });
});

describe('a full buffer', () => {
  it('is 503 BUFFER_FULL with Retry-After, and keeps no record of the batch', async () => {
    await start({ settings: { maxPendingRecords: 3 } });
    app.taskStore.down = true;
    const response = await app.post('tasks/batch', { tasks: [aTask('a'), aTask('b'), aTask('c')] });
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await app.problem(response)).toMatchObject({ status: 503, error_code: 'BUFFER_FULL' });
    app.taskStore.down = false;
    expect((await app.get('tasks/a')).status).toBe(404);
  });
});

describe('one id for tasks of two sessions', () => {
  const second = aTask('t-1', { session_id: 's-2', target_text: 'Schwert' });

  it('is 409 while the first is pending, names the place, and keeps no record of the batch', async () => {
    await start();
    await app.ok(await app.post('tasks/batch', { tasks: [aTask('t-1')] }));
    const response = await app.post('tasks/batch', { tasks: [aTask('t-0'), second] });
    expect(await app.problem(response)).toMatchObject({
      status: 409,
      error_code: 'SESSION_MISMATCH',
      detail: expect.stringContaining('give the other record its own id'),
      errors: [
        {
          path: 'tasks[1].session_id',
          value: 's-2',
          message: expect.stringContaining('already belongs to session_id "s-1"'),
        },
      ],
    });
    expect((await app.get('tasks/t-0')).status).toBe(404);
  });

  it('is reported to a client that waits until it is stored, and the first stays', async () => {
    await start();
    const first = aTask('t-1', { target_text: 'épée' });
    await app.ok(await app.post('tasks/batch?ack=stored', { tasks: [first] }));
    await app.ok(await app.post('sessions/batch', { sessions: [aSession('s-2')] }));
    expect(
      await app.ok(await app.post('tasks/batch?ack=stored', { tasks: [second] })),
    ).toMatchObject({
      status: 'stored',
      quarantined: [
        { index: 0, key: 't-1', reason: expect.stringMatching(/^SESSION_MISMATCH: .*"s-1"/) },
      ],
    });
    expect(await task('t-1')).toMatchObject({ session_id: 's-1', target_text: 'épée' });
  });
});

describe('the quarantine', () => {
  it('shows its records by their ids while they are in it', async () => {
    await start();
    await app.ok(await app.post('tasks/batch', { tasks: [aTask('t-1', { session_id: 's-2' })] }));
    expect(await task('t-1')).toMatchObject({ session_id: 's-2' });
    await app.ok(await app.post('flush'));
    expect(await task('t-1')).toMatchObject({ session_id: 's-2' });
    expect(await app.ok(await app.get('/health'))).toMatchObject({
      buffer: { quarantined: 1, in_quarantine: 1 },
    });
    await app.ok(await app.post('sessions/batch', { sessions: [aSession('s-2')] }));
    expect(await app.ok(await app.post('flush'))).toMatchObject({
      sessions_written: 1,
      tasks_written: 1,
    });
    expect(await app.ok(await app.get('/health'))).toMatchObject({
      status: 'healthy',
      buffer: { quarantined: 1, in_quarantine: 0 },
    });
  });

  it('is listed, requeued and dropped over HTTP', async () => {
    await start();
    app.taskStore.refused.add('x').add('y');
    await app.ok(
      await app.post('tasks/batch?ack=stored', { tasks: [aTask('x'), aTask('y'), aTask('z')] }),
    );
    const page = await app.ok<Page>(await app.get('quarantine?page_size=1'));
    expect(page).toMatchObject({ total: 2, page: 1, page_size: 1, total_pages: 2 });
    expect(page.items[0]).toMatchObject({
      collection: 'translation_tasks',
      attempts: 1,
      quarantined_at: '2026-11-24T12:00:00.000Z',
      record: { source_text: 'sword' },
    });
    expect(await app.ok(await app.get('/health'))).toMatchObject({
      status: 'degraded',
      buffer: { quarantined: 2 },
    });
    app.taskStore.refused.delete('x');
    expect(await app.ok(await app.post('quarantine/requeue'))).toEqual({ requeued: 2 });
    await app.ok(await app.post('flush'));
    const [left] = (await app.ok<Page>(await app.get('quarantine'))).items;
    expect(left).toMatchObject({ key: 'y' });
    expect(await app.ok(await app.post('quarantine/requeue', { ids: ['none'] }))).toEqual({
      requeued: 0,
    });
    expect((await app.post('quarantine/requeue', { id: 'none' })).status).toBe(422);
    expect(await app.ok(await app.remove(`quarantine/${left?.id}`))).toEqual({ status: 'deleted' });
    expect((await app.ok<Page>(await app.get('quarantine'))).total).toBe(0);
  });
});
