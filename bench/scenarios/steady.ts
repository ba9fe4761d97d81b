import { atMost, type Figure } from '../support/figure.js';
import { type Call, get, type HttpClient, post } from '../support/http.js';
import type { LatencySummary } from '../support/latency.js';
import { openLoop } from '../support/load.js';
import { countShares } from '../support/processor-shares.js';
import { sessionBody, taskBody } from '../support/records.js';
import type { Scenario } from '../support/scenario.js';
import { type Stage, stop } from '../support/stage.js';

const BATCH = 100;
const BATCHES_PER_SECOND = 50;
const QUERIES_PER_SECOND = 100;
const SESSIONS = 20;

/** The normal load: writers and readers at the same time, including flushes. */
export const steady: Scenario = {
  name: 'steady',
  about:
    'Open loop: 5,000 records per second in batches of 100, and 100 queries per second (single tasks, tasks of a session, lists by status).',
  run,
};

async function run(stage: Stage): Promise<readonly Figure[]> {
  const running = await stage.start(await stage.place());
  await warmUp(running.client);
  const seconds = stage.amount(60);
  const shares = countShares('steady', stage, running);
  const { writes, queries } = await load(running.client, seconds);
  const figures = [...limits('write', writes), ...limits('query', queries), ...shares()];
  await stop(running);
  return figures;
}

export async function warmUp(client: HttpClient): Promise<void> {
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionBody(index));
  await client.succeed(post('sessions/batch', { sessions }));
  await load(client, 2);
}

/** The same tasks in every load: the tasks of a job are written up to three times. */
export async function load(client: HttpClient, seconds: number) {
  const [writes, queries] = await Promise.all([
    openLoop(client, { seconds, perSecond: BATCHES_PER_SECOND, call: batch }),
    openLoop(client, { seconds, perSecond: QUERIES_PER_SECOND, call: query }),
  ]);
  return { writes: writes.summary(), queries: queries.summary() };
}

function batch(index: number): Call {
  const status = (['pending', 'processing', 'completed'] as const)[index % 3] ?? 'pending';
  const first = Math.floor(index / 3) * BATCH;
  const tasks = Array.from({ length: BATCH }, (_, offset) =>
    taskBody(first + offset, `s-${first % SESSIONS}`, status),
  );
  return post('tasks/batch', { tasks });
}

function query(index: number): Call {
  const session = `s-${index % SESSIONS}`;
  switch (index % 5) {
    case 0:
    case 1:
      return get('tasks/t-0');
    case 2:
    case 3:
      return get(`sessions/${session}/tasks`);
    default:
      return get('tasks?status=pending,processing');
  }
}

function limits(what: string, { errors, p95, p99, max }: LatencySummary): readonly Figure[] {
  return [
    atMost(`steady ${what} P95`, p95, 'ms', 10),
    atMost(`steady ${what} P99`, p99, 'ms', 25),
    { name: `steady ${what} slowest`, value: max, unit: 'ms' },
    atMost(`steady ${what} errors`, errors, 'requests', 0),
  ];
}
