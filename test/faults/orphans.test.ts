import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TestClient } from '../support/http/client.js';
import { aSession, aTask } from '../support/http/http-app.js';
import { freshDatabase, privateServerFor } from '../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { mysqlEnv } from '../support/processes/mysql-service.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { watch } from '../support/processes/service-watch.js';

/** Kept in memory they would take 307 MB, more than the heap has: 80,000 once took 614 MB. */
const ORPHANS = Number(process.env.ORPHANS ?? 40_000);
const BATCH = 5_000;
const MiB = 1024 ** 2;
/** Heap of Node; a service that kept the quarantine in memory would crash. */
const HEAP_MIB = 224;
/** Total memory: the heap, buffers, the code. */
const CEILING = 412 * MiB;
/** Longest delay of a trivial request by work on the event loop, milliseconds. */
const LONGEST_HOLD = 1_000;
async function takeOrphans(env: Readonly<Record<string, string>>, name: string): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'ps-orphans-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const service = await ServiceProcess.start({
    cwd,
    env: { ...env, LOGGING_LEVEL: 'error' },
    nodeArgs: [`--max-old-space-size=${HEAP_MIB}`],
  });
  onTestFinished(() => service.kill());
  const client = new TestClient(service.url);
  const stopWatching = watch(service);
  onTestFinished(async () => void (await stopWatching().catch(() => undefined)));
  const inQuarantine = () => client.total('quarantine?page_size=1');

  for (let from = 0; from < ORPHANS; from += BATCH) {
    const tasks = Array.from({ length: BATCH }, (_, index) =>
      aTask(`t-${from + index}`, { row_index: from + index, target_text: `épée ${from + index}` }),
    );
    await client.until('accepted', async () => {
      const { status } = await client.post('tasks/batch', { tasks });
      // A 503 is a valid answer as well: the number of pending records is limited.
      expect([200, 503]).toContain(status);
      return status === 200;
    });
  }
  const nothingWaits = async () => (await client.health()).buffer.pending === 0;
  await client.until('all refused', nothingWaits, 300_000);
  expect(await inQuarantine()).toBe(ORPHANS);
  expect((await client.health()).status).toBe('degraded');

  expect((await client.post('sessions/batch', { sessions: [aSession()] })).status).toBe(200);
  await client.until('all released', async () => (await inQuarantine()) === 0, 300_000);
  expect((await client.post('flush')).status).toBe(200);
  expect(await client.total('sessions/s-1/tasks?page_size=1&fresh=true')).toBe(ORPHANS);
  const { status, buffer } = await client.health();
  const { accepted, stored, coalesced, pending, quarantined } = buffer;
  expect(status).toBe('healthy');
  expect(pending).toBe(0);
  expect(stored + coalesced + pending + quarantined).toBe(accepted);

  const { hold, resident } = await stopWatching();
  const mebibytes = Math.round(resident / MiB);
  console.info(`${name}: ${ORPHANS} orphans, at most ${mebibytes} MiB resident, ${hold} ms held`);
  expect(resident).toBeLessThan(CEILING);
  expect(hold).toBeLessThan(LONGEST_HOLD);
  expect(await service.stop()).toBe(0);
}

it(
  `${ORPHANS} tasks without a session take no memory, and are stored when it arrives: SQLite`,
  () => takeOrphans({}, 'SQLite'),
  900_000,
);

it(`${ORPHANS} tasks without a session take no memory, and are stored when it arrives: MariaDB`, async (context) => {
  const server = await privateServerFor(context, startPrivateMariaDb);
  const database = await freshDatabase(server);
  await takeOrphans(mysqlEnv(database.url), server.label);
}, 900_000);
