import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { aSession, aTask } from '../support/http/http-app.js';
import { freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { startPrivateMariaDb } from '../support/mysql-servers/private-mariadb.js';
import { mysqlEnv, told } from '../support/processes/mysql-service.js';
import { privateServerOfSuite } from '../support/processes/private-server-of-suite.js';
import { ServiceProcess } from '../support/processes/service-process.js';

const TASKS = 40;

/** The lines of its log with this message. */
const linesOf = ({ output }: ServiceProcess, message: string) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .filter(({ msg }) => String(msg).startsWith(message));

/** Waits for this many more attempts to store, and returns the last; throws if the start ends. */
async function moreAttempts(service: ServiceProcess, count: number) {
  const attempts = () => linesOf(service, 'A flush failed');
  const wanted = Number(attempts().at(-1)?.failuresInARow ?? 0) + count;
  const made = vi.waitFor(
    () => {
      const found = attempts().find(({ failuresInARow }) => Number(failuresInARow) >= wanted);
      if (found === undefined) throw new Error(`not tried again:\n${service.output}`);
      return found;
    },
    { timeout: 60_000 },
  );
  const ended = service.exited.then((code) => {
    throw new Error(`the start ended with ${code}:\n${service.output}`);
  });
  return Promise.race([made, ended]);
}

describe('a start whose journal holds more than the buffer, while the store is away,', () => {
  const server = privateServerOfSuite(startPrivateMariaDb);

  async function aWaitingStart(): Promise<ServiceProcess> {
    const cwd = await mkdtemp(join(tmpdir(), 'ps-start-'));
    onTestFinished(() => rm(cwd, { recursive: true, force: true }));
    const database = await freshDatabase(server());
    onTestFinished(() => database.drop());
    const env = {
      ...mysqlEnv(database.url),
      BUFFER_FLUSH_INTERVAL: '3600',
      SERVICE_SHUTDOWN_TIMEOUT: '600',
    };
    const earlier = await ServiceProcess.start({ cwd, env });
    onTestFinished(() => earlier.kill());
    await told(earlier, 'POST', 'sessions/batch', { sessions: [aSession()] });
    for (let row = 0; row < TASKS; row += 1)
      await told(earlier, 'POST', 'tasks/batch', {
        tasks: [aTask(`t-${row}`, { row_index: row })],
      });
    await server().kill();
    await earlier.kill();
    const limits = { BUFFER_MAX_PENDING_RECORDS: '10', BUFFER_MAX_BUFFER_SIZE: '10' };
    const service = await ServiceProcess.spawn({ cwd, env: { ...env, ...limits } });
    onTestFinished(() => service.kill());
    return service;
  }

  it('waits for the store, and then stores everything and listens', async () => {
    const service = await aWaitingStart();
    await moreAttempts(service, 4);
    await server().restart();
    await service.answering(60_000);
    await told(service, 'POST', 'flush');
    const { total } = await told<{ total: number }>(service, 'GET', 'tasks?page_size=1');
    expect(total).toBe(TASKS);
    expect(await service.stop()).toBe(0);
  });

  it('shares one shutdown timeout with the stop, if a signal comes before it listens', async () => {
    const service = await aWaitingStart();
    await moreAttempts(service, 1);
    service.signal('SIGTERM');
    // The first of these attempts may have begun before the signal arrived.
    const waiting = await moreAttempts(service, 2);
    await server().restart();
    expect(await service.exited).toBe(0);
    const [listening] = linesOf(service, 'Listening on');
    const [stopped] = linesOf(service, 'Everything accepted is stored');
    const waited = Date.parse(String(listening?.time)) - Date.parse(String(waiting.time));
    expect(waited).toBeGreaterThan(0);
    expect(stopped?.took_ms).toBeGreaterThan(waited);
  });
});
