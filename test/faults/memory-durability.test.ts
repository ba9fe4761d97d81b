import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestClient } from '../support/http/client.js';
import { aSession, aTask, BASE } from '../support/http/http-app.js';
import { ServiceProcess } from '../support/processes/service-process.js';

const MAX_BUFFER_SIZE = 200;
const FLUSH_INTERVAL = 1;

async function isStored(client: TestClient): Promise<boolean> {
  const page = (await (await client.get('tasks?page_size=1')).json()) as { items: unknown[] };
  return page.items.length > 0;
}

it('with durability memory, a kill loses at most max_buffer_size records or flush_interval seconds', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'ps-memory-'));
  const env = {
    BUFFER_DURABILITY: 'memory',
    BUFFER_MAX_BUFFER_SIZE: String(MAX_BUFFER_SIZE),
    BUFFER_FLUSH_INTERVAL: String(FLUSH_INTERVAL),
    LOGGING_LEVEL: 'error',
  };
  let service = await ServiceProcess.start({ cwd, env });
  try {
    const client = new TestClient(service.url);
    await client.post('sessions/batch?ack=stored', { sessions: [aSession()] });
    const answeredAt = new Map<string, number>();
    for (let batch = 0; batch < 60; batch += 1) {
      const tasks = Array.from({ length: 25 }, (_, index) => aTask(`t-${batch * 25 + index}`));
      expect((await client.post('tasks/batch', { tasks })).status).toBe(200);
      for (const { task_id } of tasks) answeredAt.set(task_id, performance.now());
    }
    // Something of it is stored, and the rest is not.
    await expect.poll(() => isStored(client)).toBe(true);
    const killedAt = performance.now();
    await service.kill();

    service = await ServiceProcess.start({ cwd, env });
    const kept = new Set<string>();
    const reader = new TestClient(service.url);
    for (let cursor = ''; ; ) {
      const response = await reader.get(`tasks?page_size=100${cursor}`);
      const page = (await response.json()) as {
        items: { task_id: string }[];
        next_cursor: string | null;
      };
      for (const { task_id } of page.items) kept.add(task_id);
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    const lost = [...answeredAt].filter(([key]) => !kept.has(key));
    const oldest = Math.max(0, ...lost.map(([, at]) => (killedAt - at) / 1000));
    expect(lost.length <= MAX_BUFFER_SIZE || oldest <= FLUSH_INTERVAL).toBe(true);
    // If nothing was kept, the measurement is meaningless.
    expect(kept.size).toBeGreaterThan(0);
  } finally {
    await service.kill();
    await rm(cwd, { recursive: true, force: true });
  }
});

it('set to memory, the service stores the writes in a journal, and replays them only once', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'ps-memory-'));
  const start = (durability: string) =>
    ServiceProcess.start({
      cwd,
      env: { BUFFER_DURABILITY: durability, BUFFER_FLUSH_INTERVAL: '3600', LOGGING_LEVEL: 'error' },
    });
  const segments = async () =>
    (await readdir(join(cwd, 'data/journal'))).filter((name) => name.endsWith('.journal'));
  let service = await start('journal');
  try {
    const journaled = new TestClient(service.url);
    await journaled.post('sessions/batch', { sessions: [aSession()] });
    await journaled.post('tasks/batch', { tasks: [aTask('t-1'), aTask('t-2')] });
    await service.kill();
    expect(await segments()).toHaveLength(1);

    service = await start('memory');
    const drained = new TestClient(service.url);
    expect((await drained.get('tasks/t-1')).status).toBe(200);
    expect((await drained.post('flush')).status).toBe(200);
    const deleted = await fetch(`${service.url}${BASE}/sessions/s-1`, { method: 'DELETE' });
    expect(await deleted.json()).toMatchObject({ deleted_tasks: 2 });
    expect(await service.stop()).toBe(0);
    expect(await segments()).toEqual([]);

    service = await start('journal');
    expect((await new TestClient(service.url).get('tasks/t-1')).status).toBe(404);
  } finally {
    await service.kill();
    await rm(cwd, { recursive: true, force: true });
  }
});
