import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { aSession, aTask, BASE } from '../support/http/http-app.js';
import { freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { freePort } from '../support/processes/free-port.js';
import { ask, mysqlEnv } from '../support/processes/mysql-service.js';
import { privateServerOfSuite } from '../support/processes/private-server-of-suite.js';
import { ServiceProcess } from '../support/processes/service-process.js';

const server = privateServerOfSuite(startPrivateMariaDb);

const CLIENTS = 3;
const BATCHES = 40;
const TASKS_PER_BATCH = 10;

/** Two instances with durability stored, each in an empty folder that it must leave empty. */
async function twoInstances() {
  const database = await freshDatabase(server());
  onTestFinished(() => database.drop());
  const env = {
    ...mysqlEnv(database.url),
    BUFFER_DURABILITY: 'stored',
    BUFFER_FLUSH_INTERVAL: '3600',
    LOGGING_FILE: '',
  };
  const folders: string[] = [];
  const start = async (port: number) => {
    const cwd = await mkdtemp(join(tmpdir(), 'ps-stored-'));
    folders.push(cwd);
    return ServiceProcess.start({ cwd, env, port });
  };
  const ports = [await freePort(), await freePort()] as const;
  const instances = [await start(ports[0]), await start(ports[1])];
  onTestFinished(async () => {
    for (const instance of instances) await instance.kill();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });
  return {
    instances,
    folders,
    at: (index: number) => instances[index % 2] as ServiceProcess,
    async killAndStart(index: 0 | 1) {
      await instances[index]?.kill();
      instances[index] = await start(ports[index]);
    },
  };
}

type Setup = Awaited<ReturnType<typeof twoInstances>>;

/** Sends a batch until an instance acknowledges it; returns the number of attempts. */
async function sent({ at }: Setup, first: number, tasks: readonly object[]): Promise<number> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const answer = await ask(at(first + attempt), 'POST', 'tasks/batch', { tasks }).catch(
      () => null,
    );
    if (answer?.status === 200) {
      expect(answer.body).toMatchObject({ status: 'stored', quarantined: [] });
      return attempt + 1;
    }
    expect([undefined, 503]).toContain(answer?.status);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no instance acknowledged a batch in 300 attempts');
}

it('with durability stored, every instance shows what one has acknowledged, through kills of both and of the server', async () => {
  const setup = await twoInstances();
  const { at } = setup;
  const session = await ask(at(0), 'POST', 'sessions/batch', { sessions: [aSession()] });
  expect(session.body).toMatchObject({ status: 'stored', quarantined: [] });
  let missing = 0;
  let attempts = 0;
  let done = 0;
  const client = async (number: number) => {
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const tasks = Array.from({ length: TASKS_PER_BATCH }, (_, index) =>
        aTask(`t-${number}-${batch}-${index}`, { target_text: `${number}/${batch}/${index}` }),
      );
      const needed = await sent(setup, number + batch, tasks);
      attempts += needed;
      done += 1;
      // At once, through the other instance, if it is up.
      const read = await ask(
        at(number + batch + attempts),
        'GET',
        `tasks/t-${number}-${batch}-0`,
      ).catch(() => null);
      if (read?.status === 404) missing += 1;
    }
  };
  const reached = async (batches: number) => {
    while (done < batches) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const faults = async () => {
    await reached(20);
    await setup.killAndStart(0);
    await reached(40);
    await server().kill();
    const refused = await ask(at(1), 'POST', 'tasks/batch', { tasks: [aTask('t-refused')] });
    expect(refused).toMatchObject({ status: 503, body: { error_code: 'STORAGE_UNAVAILABLE' } });
    const ready = await ask(at(1), 'GET', '/health/ready');
    expect(ready).toMatchObject({ status: 503, body: { status: 'not_ready' } });
    await server().restart();
    await reached(70);
    await setup.killAndStart(1);
  };
  await Promise.all([faults(), ...Array.from({ length: CLIENTS }, (_, number) => client(number))]);
  expect(missing).toBe(0);
  expect(attempts).toBeGreaterThan(CLIENTS * BATCHES);
  for (const instance of setup.instances) {
    const { body } = await ask(instance, 'GET', 'tasks?page_size=1');
    expect(body).toMatchObject({ total: CLIENTS * BATCHES * TASKS_PER_BATCH });
    expect((await ask(instance, 'GET', '/health')).body).toMatchObject({
      status: 'healthy',
      buffer: { pending: 0 },
    });
    expect(await fetch(`${instance.url}${BASE}/tasks/t-refused`)).toMatchObject({ status: 404 });
    expect(await instance.stop()).toBe(0);
  }
  for (const folder of setup.folders) expect(await readdir(folder)).toEqual([]);
});
