import { atMost, type Figure, plain } from '../support/figure.js';
import { type Call, get, type HttpClient, post } from '../support/http.js';
import { type Latencies, rounded } from '../support/latency.js';
import { openLoop } from '../support/load.js';
import { countShares } from '../support/processor-shares.js';
import { sessionBody, taskBody } from '../support/records.js';
import type { Scenario } from '../support/scenario.js';
import { type Stage, stop } from '../support/stage.js';

const LARGE_BATCH = 10_000;
const PER_SECOND = 100;

/** Latency of other requests while a client sends the largest batch. */
export const largeBatch: Scenario = {
  name: 'large-batch',
  about:
    'Batches of 10,000 tasks, two seconds apart, with 100 small queries per second (open loop); compared with the same queries alone.',
  run: runLargeBatch,
};

/** Latency of other requests while old sessions are deleted. */
export const cleanup: Scenario = {
  name: 'cleanup',
  usesDataset: true,
  about: 'Cleaning up a tenth of the data set, with 100 queries and 10 small batches per second.',
  run: runCleanup,
};

async function runLargeBatch(stage: Stage): Promise<readonly Figure[]> {
  const running = await stage.start(await stage.place());
  const { client } = running;
  await client.succeed(post('sessions/batch', { sessions: [sessionBody(0)] }));
  await client.succeed(post('tasks/batch', { tasks: [taskBody(0, 's-0', 'pending')] }));
  const batches = Array.from({ length: 4 }, (_, batch) => largeBatchCall(batch));
  const seconds = 2 * batches.length;
  await bystanders(client, 2);
  const alone = (await bystanders(client, seconds)).summary();
  const [beside, large] = await Promise.all([
    bystanders(client, seconds),
    openLoop(client, { perSecond: 0.5, seconds, call: (index) => batches[index] as Call }),
  ]);
  await stop(running);
  const [small, big] = [beside.summary(), large.summary()];
  if (small.errors + big.errors > 0) throw new Error('some requests failed');
  return [
    atMost(
      'large batch: delay of the slowest other request',
      rounded(small.max - alone.max),
      'ms',
      25,
    ),
    plain('large batch: other requests alone, slowest', alone.max, 'ms'),
    plain('large batch: other requests P99', small.p99, 'ms'),
    plain('large batch: answered after, slowest', big.max, 'ms'),
  ];
}

function largeBatchCall(batch: number): Call {
  const tasks = Array.from({ length: LARGE_BATCH }, (_, offset) =>
    taskBody(batch * LARGE_BATCH + offset, 's-0', 'completed', 'large'),
  );
  return post('tasks/batch', { tasks });
}

function bystanders(client: HttpClient, seconds: number): Promise<Latencies> {
  return openLoop(client, { perSecond: PER_SECOND, seconds, call: () => get('tasks/t-0') });
}

async function runCleanup(stage: Stage): Promise<readonly Figure[]> {
  const running = await stage.start(await stage.filled());
  const { client } = running;
  let done = false;
  const begun = performance.now();
  const cleaning = client.json<{ deleted_tasks: number }>(post('sessions/cleanup')).finally(() => {
    done = true;
  });
  const goesOn = () => !done;
  const shares = countShares('cleanup', stage, running);
  const [reads, writes, { deleted_tasks }] = await Promise.all([
    openLoop(client, { perSecond: 100, while: goesOn, call: bystander }),
    openLoop(client, { perSecond: 10, while: goesOn, call: smallBatch }),
    cleaning,
  ]);
  const seconds = (performance.now() - begun) / 1000;
  const processorFigures = shares();
  await stop(running);
  if (deleted_tasks === 0) throw new Error('the cleanup deleted nothing');
  const [read, write] = [reads.summary(), writes.summary()];
  return [
    atMost('cleanup: other queries P95', read.p95, 'ms', 25),
    atMost('cleanup: other writes P95', write.p95, 'ms', 25),
    plain('cleanup: other queries slowest', read.max, 'ms'),
    atMost('cleanup: other requests failed', read.errors + write.errors, 'requests', 0),
    plain('cleanup: tasks deleted a second', rounded(deleted_tasks / seconds, 0), 'rows/s'),
    ...processorFigures,
  ];
}

/** Reads of sessions `d-1` to `d-9`, which the cleanup leaves alone. */
function bystander(index: number): Call {
  const session = `d-${(index % 9) + 1}`;
  return index % 2 === 0
    ? get(`tasks/d-${1000 + (index % 9000)}`)
    : get(`sessions/${session}/tasks`);
}

function smallBatch(index: number): Call {
  const tasks = Array.from({ length: 10 }, (_, offset) =>
    taskBody(index * 10 + offset, 'd-1', 'completed', 'beside'),
  );
  return post('tasks/batch', { tasks });
}
