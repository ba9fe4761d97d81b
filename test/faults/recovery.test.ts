import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { mysqlEnv, told } from '../support/processes/mysql-service.js';
import { ServiceProcess } from '../support/processes/service-process.js';
import { AcknowledgedJob, aJob, type Batch } from '../support/records/acknowledged-job.js';

type Env = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Either all pending records are only in the journal, or a flush is running at almost any moment.
 */
const BUFFERS: Readonly<Record<string, Env>> = {
  'before anything was flushed': { BUFFER_FLUSH_INTERVAL: '3600' },
  'while it flushes': { BUFFER_MAX_BUFFER_SIZE: '30', BUFFER_FLUSH_INTERVAL: '0.02' },
};
/** Batches of the job that are acknowledged before the kill; it has 64. */
const ANSWERED = 47;

async function send(service: ServiceProcess, { path, records }: Batch) {
  const { timestamp } = await told(service, 'POST', `${path}/batch`, { [path]: records });
  return String(timestamp);
}

/** A service in its own folder, which is started, killed and started again there. */
async function startsOf(env: Env): Promise<() => Promise<ServiceProcess>> {
  const cwd = await mkdtemp(join(tmpdir(), 'ps-recovery-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  return async () => {
    const service = await ServiceProcess.start({ cwd, env: { ...env, LOGGING_LEVEL: 'warn' } });
    onTestFinished(() => service.kill());
    return service;
  };
}

/** Runs the job to its middle, and kills the service while another batch is sent. */
async function runAndKill(service: ServiceProcess) {
  const job = new AcknowledgedJob();
  const batches = aJob();
  for (let sent = 0; sent < ANSWERED; sent += 1) {
    const { value: batch } = batches.next();
    if (batch === undefined) throw new Error('The job has ended');
    job.acknowledge(batch, await send(service, batch));
  }
  const open = aNewTask();
  const answer = send(service, open).catch(() => null);
  await service.kill();
  const timestamp = await answer;
  if (timestamp !== null) job.acknowledge(open, timestamp);
  return { job, unanswered: timestamp === null ? open : null };
}

const aNewTask = (): Batch => ({
  path: 'tasks',
  records: [
    {
      ...{ task_id: 'unanswered', session_id: 'running', batch_id: 'b', sheet_name: 'Items' },
      ...{ row_index: 1, column_name: 'fr', source_text: 'shield', status: 'pending' },
    },
  ],
});

async function killInTheMiddle(env: Env): Promise<void> {
  const start = await startsOf(env);
  const { job, unanswered } = await runAndKill(await start());

  const service = await start();
  const incomplete = await told<{ sessions: Fields[]; count: number }>(
    service,
    'GET',
    'recovery/incomplete-sessions',
  );
  expect(incomplete.sessions).toEqual(job.incompleteSessions);
  expect(incomplete.count).toBe(job.incompleteSessions.length);
  expect(incomplete.count).toBeGreaterThan(1);
  for (const session of job.incompleteSessions) {
    const path = `recovery/restore/${session.session_id}`;
    const restored = await told<{ session: Fields; tasks: Fields[]; tasks_count: number }>(
      service,
      'POST',
      path,
    );
    expect(restored.session).toEqual(session);
    expect(JSON.stringify(restored.session.game_info)).toBe(JSON.stringify(session.game_info));
    expect(restored.tasks_count).toBe(restored.tasks.length);
    // Batches that were not acknowledged may or may not be kept.
    const isOpen = ({ task_id }: Fields) => unanswered !== null && task_id === 'unanswered';
    const known = restored.tasks.filter((task) => !isOpen(task));
    expect(known).toEqual(job.unfinishedTasks(session));
    expect(restored.tasks.filter(isOpen).length).toBeLessThan(2);
  }
  expect(job.unfinishedTasks({ session_id: 'running' }).length).toBeGreaterThan(30);
  expect(await service.stop()).toBe(0);
}

describe('all unfinished tasks of a job whose service was killed, field by field,', () => {
  it.each(Object.entries(BUFFERS))('are recovered on SQLite: killed %s', (_, buffer) =>
    killInTheMiddle(buffer),
  );
});

describeOnMysqlServers(
  'all unfinished tasks of a job whose service was killed, field by field,',
  (server) => {
    it.each(Object.entries(BUFFERS))('are recovered: killed %s', async (_, buffer) => {
      const database = await freshDatabase(server);
      onTestFinished(() => database.drop());
      await killInTheMiddle({ ...mysqlEnv(database.url), ...buffer });
    });
  },
);
