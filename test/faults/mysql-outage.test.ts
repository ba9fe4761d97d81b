import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TestClient } from '../support/http/client.js';
import { aSession, aTask, type Page } from '../support/http/http-app.js';
import { freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { aService, ask, mysqlEnv, told } from '../support/processes/mysql-service.js';
import { privateServerOfSuite } from '../support/processes/private-server-of-suite.js';
import type { ServiceProcess } from '../support/processes/service-process.js';

const BATCHES = 60;
const TASKS_PER_BATCH = 100;
type Task = ReturnType<typeof aTask>;

/** A sheet in translation: every batch starts as pending and is written again with its answer. */
const pending = (batch: number): Task[] =>
  Array.from({ length: TASKS_PER_BATCH }, (_, row) =>
    aTask(`t-${batch}-${row}`, {
      batch_id: `b-${batch}`,
      row_index: row,
      source_text: `剣 ${batch}/${row} 🗡 `,
    }),
  );
const completed = (task: Task): Task => ({
  ...task,
  status: 'completed',
  ...{ target_text: `épée ${task.task_id}`, confidence: 0.9731, retry_count: 1 },
});

/** Every task in the store, page by page. */
async function readBack(service: ServiceProcess): Promise<readonly Record<string, unknown>[]> {
  const tasks: Record<string, unknown>[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Page = await told<Page>(service, 'GET', `tasks?page_size=100&order=asc${after}`);
    tasks.push(...page.items);
    cursor = page.next_cursor;
  }
  return tasks;
}

const byId = (a: Record<string, unknown>, b: Record<string, unknown>) =>
  String(a.task_id) < String(b.task_id) ? -1 : 1;

describe('a service whose MariaDB is killed while a sheet is written', () => {
  const server = privateServerOfSuite(startPrivateMariaDb);

  it.each([
    ['once', 1],
    ['again and again', 3],
  ])('stores everything, and reads it back equal: %s', async (_how, outages) => {
    const database = await freshDatabase(server());
    onTestFinished(() => database.drop());
    const service = await aService({
      ...mysqlEnv(database.url),
      // A flush is running at almost any moment, so a kill hits one.
      BUFFER_MAX_BUFFER_SIZE: '150',
      BUFFER_FLUSH_INTERVAL: '0.05',
      DATABASE_POOL_SIZE: '3',
    });
    await told(service, 'POST', 'sessions/batch', { sessions: [aSession()] });
    const expected: Task[] = [];
    const refusals: number[] = [];
    const length = BATCHES / outages;
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const phase = batch % length;
      // Killed during the work that the last batches have started.
      const killing = phase === Math.floor(length / 3) ? server().kill() : null;
      const tasks = pending(batch);
      expected.push(...tasks.map(completed));
      // Accepted at once in every state of the store.
      await told(service, 'POST', 'tasks/batch', { tasks });
      await told(service, 'POST', 'tasks/batch', { tasks: tasks.map(completed) });
      await killing;
      if (phase === Math.floor(length / 2)) {
        refusals.push((await ask(service, 'POST', 'flush')).status);
        refusals.push((await ask(service, 'GET', '/health')).status);
        await server().restart();
      }
    }
    expect(refusals).toEqual(Array(outages * 2).fill(503));

    // Without an explicit flush: the pauses between retries may have grown meanwhile.
    await vi.waitFor(
      async () =>
        expect((await told(service, 'GET', '/health')).buffer).toMatchObject({ pending: 0 }),
      { timeout: 90_000, interval: 100 },
    );
    const found = (await readBack(service)).map(({ created_at, updated_at, ...sent }) => {
      expect(Date.parse(String(updated_at))).toBeGreaterThanOrEqual(Date.parse(String(created_at)));
      return sent;
    });
    expect(found).toHaveLength(expected.length);
    const initial = { context: null, error_message: null };
    const times = { start_time: null, end_time: null, duration_ms: null };
    expect(found.sort(byId)).toEqual(
      expected.map((task) => ({ ...initial, ...times, ...task })).sort(byId),
    );
    const { status, buffer } = await told<{ status: string; buffer: Record<string, number> }>(
      service,
      'GET',
      '/health',
    );
    expect({ status, quarantined: buffer.quarantined }).toEqual({
      status: 'healthy',
      quarantined: 0,
    });
    expect(buffer.accepted).toBe((buffer.stored ?? 0) + (buffer.coalesced ?? 0));
    expect(await service.stop()).toBe(0);
  });

  it('says so, and accepts writes, while the server hangs with every connection in use', async () => {
    const database = await freshDatabase(server());
    onTestFinished(() => database.drop());
    const service = await aService({ ...mysqlEnv(database.url), DATABASE_POOL_SIZE: '5' });
    await told(service, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession()] });
    const reads = () => Array.from({ length: 12 }, () => ask(service, 'GET', 'sessions/s-1'));
    await Promise.all(reads());
    const { pid } = server();
    process.kill(pid, 'SIGSTOP');
    let answers: ReturnType<typeof reads> = [];
    try {
      answers = reads();
      const firstRead = Promise.race(answers).then(() => 'a read');
      const check = ask(service, 'GET', '/health').then(({ status }) => status);
      expect(await Promise.race([firstRead, check])).toBe(503);
      await told(service, 'POST', 'tasks/batch', { tasks: [aTask()] });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
    expect(await told<Page>(service, 'GET', 'tasks?fresh=true')).toMatchObject({ total: 1 });
  });

  it('accepts writes and reads on all its connections again, once it is back', async () => {
    const database = await freshDatabase(server());
    onTestFinished(() => database.drop());
    const service = await aService({ ...mysqlEnv(database.url), DATABASE_POOL_SIZE: '4' });
    await told(service, 'POST', 'sessions/batch?ack=stored', { sessions: [aSession()] });
    const everywhere = () =>
      Promise.all(Array.from({ length: 12 }, () => ask(service, 'GET', 'sessions?filename=items')));
    for (let round = 0; round < 2; round += 1) {
      const before = await everywhere();
      expect(new Set(before.map(({ status }) => status))).toEqual(new Set([200]));
      await server().kill();
      const during = await everywhere();
      expect(new Set(during.map(({ status }) => status))).toEqual(new Set([503]));
      expect(during[0]?.body).toMatchObject({ error_code: 'STORAGE_UNAVAILABLE' });
      await server().restart();
      // The circuit breaker lets one request per second through, and all once that one is answered:
      // no connection to the old server is left in the pool.
      await new TestClient(service.url).until('the store answers again', async () => {
        const { status } = await ask(service, 'GET', 'sessions?filename=items');
        return status === 200;
      });
      const after = await everywhere();
      expect(after.map(({ status }) => status)).toEqual(before.map(({ status }) => status));
      const sessions = [aSession(`late-${round}`, { filename: 'other' })];
      await told(service, 'POST', 'sessions/batch?ack=stored', { sessions });
    }
    expect(await told(service, 'GET', 'sessions')).toMatchObject({ total: 3 });
  });
});
