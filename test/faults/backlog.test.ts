import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TestClient } from '../support/http/client.js';
import { aSession, aTask } from '../support/http/http-app.js';
import { privateServerFor } from '../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { ServiceProcess } from '../support/processes/service-process.js';

const RECORDS = 200_000;
const BATCH = 5_000;
const MiB = 1024 ** 2;
const CEILING = 512 * MiB;
/** Memory of Node, the code and some running requests, besides the pending records. */
const BESIDE = 400 * MiB;

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

it('200,000 records that are pending while the database is down stay below the memory limit, survive a kill, and are stored when it returns', async (context) => {
  const database = await privateServerFor(context, startPrivateMariaDb);
  const cwd = await mkdtemp(join(tmpdir(), 'ps-backlog-'));
  const env = {
    STORAGE_BACKEND: 'mysql',
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: new URL(database.url).port,
    DATABASE_DATABASE: 'backlog',
    BUFFER_MAX_PENDING_RECORDS: String(RECORDS + 1),
    LOGGING_LEVEL: 'error',
  };
  let service = await ServiceProcess.start({ cwd, env });
  try {
    let client = new TestClient(service.url);
    expect((await client.post('sessions/batch', { sessions: [aSession()] })).status).toBe(200);
    expect((await client.post('flush')).status).toBe(200);
    await database.kill();

    let greatest = 0;
    for (let from = 0; from < RECORDS; from += BATCH) {
      const tasks = Array.from({ length: BATCH }, (_, index) =>
        aTask(`t-${from + index}`, {
          row_index: from + index,
          target_text: `épée ${from + index}`,
        }),
      );
      const response = await client.post('tasks/batch', { tasks });
      expect(response.status).toBe(200);
      greatest = Math.max(greatest, await residentBytes(service.pid));
    }
    expect((await client.health()).buffer.pending).toBe(RECORDS);
    const refused = await client.post('tasks/batch', { tasks: [aTask('x'), aTask('y')] });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error_code: 'BUFFER_FULL' });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);

    await service.kill();
    service = await ServiceProcess.start({ cwd, env, startTimeoutMs: 60_000 });
    client = new TestClient(service.url);
    expect((await client.health()).buffer.pending).toBe(RECORDS);
    greatest = Math.max(greatest, await residentBytes(service.pid));
    expect(greatest).toBeLessThan(CEILING + BESIDE);

    await database.restart();
    await client.until(
      'drained',
      async () => (await client.health()).buffer.pending === 0,
      120_000,
    );
    expect(await client.total('tasks?page_size=1')).toBe(RECORDS);
    const { accepted, stored, coalesced, pending, quarantined } = (await client.health()).buffer;
    expect(stored + coalesced + pending + quarantined).toBe(accepted);
    expect(await service.stop()).toBe(0);
  } finally {
    await service.kill();
    await rm(cwd, { recursive: true, force: true });
  }
}, 300_000);
