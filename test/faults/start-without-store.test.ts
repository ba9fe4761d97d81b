import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { aSession, aTask } from '../support/http/http-app.js';
import { privateServerFor } from '../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { mysqlEnv, told } from '../support/processes/mysql-service.js';
import { ServiceProcess } from '../support/processes/service-process.js';

const TASKS = 40;

const untilSaid = (service: ServiceProcess, words: string) =>
  vi.waitFor(() => expect(service.output).toContain(words), { timeout: 60_000 });

it('a start whose journal holds more than the buffer waits for the store, and listens once everything is stored', async (context) => {
  const database = await privateServerFor(context, startPrivateMariaDb);
  const cwd = await mkdtemp(join(tmpdir(), 'ps-start-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const env = {
    ...mysqlEnv(`${database.url}/waiting`),
    BUFFER_FLUSH_INTERVAL: '3600',
    LOGGING_LEVEL: 'warn',
  };
  const first = await ServiceProcess.start({ cwd, env });
  onTestFinished(() => first.kill());
  await told(first, 'POST', 'sessions/batch', { sessions: [aSession()] });
  for (let row = 0; row < TASKS; row += 1)
    await told(first, 'POST', 'tasks/batch', { tasks: [aTask(`t-${row}`, { row_index: row })] });
  await database.kill();
  await first.kill();

  const limits = { BUFFER_MAX_PENDING_RECORDS: '10', BUFFER_MAX_BUFFER_SIZE: '10' };
  const service = await ServiceProcess.spawn({ cwd, env: { ...env, ...limits } });
  onTestFinished(() => service.kill());
  const ended = service.exited.then((code) => {
    throw new Error(`the start ended with ${code}:\n${service.output}`);
  });
  await Promise.race([untilSaid(service, '"failuresInARow":4'), ended]);
  await database.restart();
  await service.answering(60_000);
  await told(service, 'POST', 'flush');
  const { total } = await told<{ total: number }>(service, 'GET', 'tasks?page_size=1');
  expect(total).toBe(TASKS);
  expect(await service.stop()).toBe(0);
});
