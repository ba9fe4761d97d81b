import { describe, expect, it } from 'vitest';
import {
  ApiError,
  eachQuarantined,
  eachSession,
  eachTask,
  eachTaskOfSession,
  PersistenceClient,
  RefusedTasksError,
  TaskWriter,
} from '../../../clients/typescript/index.js';
import { clientOf } from '../../support/clients/app-client.js';
import { anApiKey } from '../../support/http/api-keys.js';
import { anHttpApp, aSession, aTask } from '../../support/http/http-app.js';

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const textOf = (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => new Response(stream).text();

/** A session with 205 tasks, all stored. */
async function someWork() {
  const client = clientOf(anHttpApp());
  await client.acceptSessions([aSession(), aSession('s-2', { status: 'completed' })]);
  const tasks = Array.from({ length: 205 }, (_, index) =>
    aTask(`t-${String(index).padStart(3, '0')}`, {
      row_index: index,
      status: index < 3 ? 'failed' : 'completed',
      ...(index < 3 ? { error_message: `rate limit, try in ${index} s` } : {}),
    }),
  );
  await client.acceptTasks(tasks, { ack: 'stored' });
  return client;
}

describe('the client, against the API', () => {
  it('reads and writes records', async () => {
    const client = await someWork();
    const start_time = new Date('2026-11-29T12:00:00.125+08:00');
    await client.acceptTasks([{ ...aTask('t-000'), start_time }]);
    expect(await client.getTask('t-000')).toMatchObject({
      start_time: '2026-11-29T04:00:00.125Z',
      status: 'pending',
    });
    expect(await client.getSession('s-1')).toMatchObject({ filename: 'items.xlsx' });
    // A record that was read is posted back as it is.
    await client.acceptTasks([await client.getTask('t-001')]);
    await client.acceptSessions([await client.getSession('s-1')]);
    expect(await client.flush()).toMatchObject({ status: 'flushed' });
    expect(await client.getSessionProgress('s-1', { fresh: true })).toMatchObject({
      total: 205,
      by_status: { pending: 1, failed: 2, completed: 202 },
    });
    expect(await client.getStatistics()).toMatchObject({ tasks: { total: 205 } });
  });

  it('lists by page, and iterates by cursor over everything, once each', async () => {
    const client = await someWork();
    expect(await client.listSessions({ page_size: 1 })).toMatchObject({ total: 2, page_size: 1 });
    expect((await client.listTasks({ session_id: 's-1' })).items).toHaveLength(20);
    expect((await client.listTasksOfSession('s-1', { status: 'failed' })).total).toBe(3);
    const rows = await all(eachTask(client, { sort_by: 'row_index', order: 'asc' }));
    expect(rows.map(({ row_index }) => row_index)).toEqual(
      Array.from({ length: 205 }, (_, i) => i),
    );
    expect(await all(eachTaskOfSession(client, 's-1', { page_size: 50 }))).toHaveLength(205);
    const sessions = await all(eachSession(client, { include: 'progress', page_size: 1 }));
    expect(sessions.map(({ session_id }) => session_id).sort()).toEqual(['s-1', 's-2']);
    expect(await all(eachSession(client, { status: 'none' }))).toEqual([]);
    await expect(all(eachTaskOfSession(client, 'none'))).rejects.toMatchObject({ status: 404 });
  });

  it('groups failures, retries them, and restores what is left', async () => {
    const client = await someWork();
    const [group] = (await client.listFailures({ session_id: 's-1' })).groups;
    expect(group).toMatchObject({ message: 'rate limit, try in <number> s', count: 3 });
    expect(await client.retrySession('s-1', { message: group?.message })).toMatchObject({
      retried_tasks: 3,
    });
    expect(await client.retrySession('s-1')).toMatchObject({ retried_tasks: 0 });
    expect((await client.listIncompleteSessions()).count).toBe(1);
    expect((await client.restoreSession('s-1')).tasks_count).toBe(3);
  });

  it('streams a session as a file, with its name', async () => {
    const client = await someWork();
    const ndjson = await client.exportSession('s-1', { format: 'ndjson' });
    expect(ndjson).toMatchObject({
      filename: expect.stringMatching(/^items.*\.ndjson$/),
      contentType: expect.stringContaining('application/x-ndjson'),
    });
    expect((await textOf(ndjson.body)).trim().split('\n')).toHaveLength(206);
    await client.acceptSessions([aSession('s-3', { filename: '物品 "1"/剑.xlsx' })]);
    const named = await client.exportSession('s-3');
    expect(named.filename).toBe('物品 "1"_剑.xlsx');
    // One that is not read is given up without a trace.
    await named.body.cancel();
    await expect(client.exportSession('none')).rejects.toBeInstanceOf(ApiError);
  });

  it('manages the quarantine', async () => {
    const client = clientOf(anHttpApp());
    const lost = Array.from({ length: 3 }, (_, index) =>
      aTask(`t-${index}`, { session_id: 'none' }),
    );
    expect((await client.acceptTasks(lost, { ack: 'stored' })).quarantined).toHaveLength(3);
    expect(await client.listQuarantine({ page_size: 2 })).toMatchObject({ total: 3 });
    const found = await all(eachQuarantined(client, 2));
    expect(found.map(({ key }) => key).sort()).toEqual(['t-0', 't-1', 't-2']);
    const id = found[0]?.id ?? '';
    expect(await client.requeueQuarantine({ ids: [id] })).toEqual({ requeued: 1 });
    expect(await client.requeueQuarantine()).toEqual({ requeued: 3 });
    const [left] = await all(eachQuarantined(client));
    expect(await client.dropQuarantined(left?.id ?? '')).toEqual({ status: 'deleted' });
  });

  it('deletes and cleans up', async () => {
    const client = await someWork();
    expect(await client.cleanUpSessions({ completed_days: 0, dry_run: true })).toMatchObject({
      dry_run: true,
    });
    expect(await client.deleteSession('s-1')).toMatchObject({ deleted_tasks: 205 });
    await expect(client.getSession('s-1')).rejects.toMatchObject({
      status: 404,
      errorCode: 'HTTP_404',
      requestId: expect.any(String),
    });
  });

  it('reads health, metrics and the documents', async () => {
    const client = clientOf(anHttpApp());
    expect(await client.getHealth()).toMatchObject({ status: 'healthy' });
    expect(await client.getLiveness()).toEqual({ status: 'alive' });
    expect(await client.getReadiness()).toMatchObject({ status: 'ready' });
    expect(await client.getMetrics()).toContain('buffer_pending_records 0');
    expect(await client.getSwaggerUi()).toContain('<title>');
    expect(await client.getRedoc()).toContain('<title>');
    expect(await client.getOpenApiDocument()).toMatchObject({ openapi: '3.1.0' });
  });

  it('throws 401 without a key where there are keys', async () => {
    const { key, token } = anApiKey('writer', 'write', 'read');
    const app = anHttpApp({}, { access: { apiKeys: [key] } });
    await expect(clientOf(app).getStatistics()).rejects.toMatchObject({
      status: 401,
      errorCode: 'UNAUTHORIZED',
    });
    await clientOf(app, { apiKey: token }).getStatistics();
    expect(new PersistenceClient().baseUrl).toMatch(/^http/);
  });
});

describe('a task writer, against the API', () => {
  it('sends the others when some records are refused at the door', async () => {
    const client = clientOf(anHttpApp());
    await client.acceptSessions([aSession()]);
    const writer = new TaskWriter(client, { maxRecords: 500 });
    for (let index = 0; index < 250; index += 1) {
      await writer.put(aTask(`t-${index}`, index % 2 === 0 ? {} : { status: 'Done' }));
    }
    const error = await writer.close().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedTasksError);
    expect((error as RefusedTasksError).refused).toHaveLength(125);
    expect(await client.listTasks({ session_id: 's-1', fresh: true })).toMatchObject({
      total: 125,
    });
  });

  it('names the task that belongs to another session, and sends the others', async () => {
    const client = clientOf(anHttpApp());
    await client.acceptSessions([aSession(), aSession('s-2')]);
    await client.acceptTasks([aTask('mine')]);
    const writer = new TaskWriter(client);
    for (const id of ['a', 'mine', 'b']) await writer.put(aTask(id, { session_id: 's-2' }));
    await expect(writer.close()).rejects.toMatchObject({
      refused: [{ task: { task_id: 'mine' }, inQuarantine: false }],
      cause: { errorCode: 'SESSION_MISMATCH' },
    });
    expect((await client.listTasksOfSession('s-2', { fresh: true })).total).toBe(2);
  });

  it('with ack stored names the tasks that went to quarantine', async () => {
    const client = clientOf(anHttpApp());
    const writer = new TaskWriter(client, { ack: 'stored' });
    await writer.put(aTask('orphan', { session_id: 'none' }));
    await expect(writer.close()).rejects.toMatchObject({
      refused: [{ inQuarantine: true, reason: expect.stringContaining('MISSING_PARENT') }],
    });
  });
});
