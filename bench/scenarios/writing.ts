import { atLeast, type Figure, plain } from '../support/figure.js';
import { type Call, post } from '../support/http.js';
import { rounded } from '../support/latency.js';
import { storeAll } from '../support/load.js';
import { sessionBody, taskBody } from '../support/records.js';
import type { Scenario } from '../support/scenario.js';
import { type Stage, stop } from '../support/stage.js';

const CLIENTS = 10;
const BATCH = 100;
const SESSIONS = 20;
/**
 * The yardstick is measured before and after; the mean is used, because the machine may be shared.
 */
const YARDSTICK_ROWS = 50_000;

/** A job of many new tasks: nothing can be coalesced. */
export const distinct: Scenario = {
  name: 'distinct',
  about:
    'New tasks, 10 clients, 100 per batch, closed loop; from the first request until all are stored.',
  run: (stage) => writing(stage, 'distinct tasks', 0.6, distinctCalls(stage.amount(300_000))),
};

/** A typical job: every task is written when it is found, started and finished. */
export const lifecycle: Scenario = {
  name: 'lifecycle',
  about: 'As `distinct`, each task written three times: pending, processing, completed.',
  run: (stage) => writing(stage, 'lifecycle writes', 1, lifecycleCalls(stage.amount(100_000))),
};

/** With a larger buffer, the three writes of a task are merged in memory, and one row is stored. */
export const lifecycleLargeBuffer: Scenario = {
  name: 'lifecycle-large-buffer',
  about: 'As `lifecycle`, with `buffer.max_buffer_size` at 10,000 instead of 1,000.',
  run: (stage) =>
    writing(
      stage,
      'lifecycle writes, max_buffer_size 10,000',
      1,
      lifecycleCalls(stage.amount(100_000)),
      { BUFFER_MAX_BUFFER_SIZE: '10000' },
    ),
};

async function writing(
  stage: Stage,
  what: string,
  least: number,
  calls: readonly Call[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Figure[]> {
  const place = await stage.place();
  const running = await stage.start(place, env);
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionBody(index));
  await running.client.succeed(post('sessions/batch', { sessions }));
  await running.client.succeed(post('flush'));
  const before = await stage.raw(place, stage.amount(YARDSTICK_ROWS));
  const { accepted, stored } = await storeAll(running.client, CLIENTS, calls);
  await stop(running);
  const raw = (before + (await stage.raw(place, stage.amount(YARDSTICK_ROWS)))) / 2;
  const rows = calls.length * BATCH;
  const perSecond = (seconds: number) => rounded(rows / seconds, 0);
  return [
    atLeast(`${what}, accepted and stored`, rounded(perSecond(stored) / raw, 2), 'of raw', least),
    plain(`${what}, accepted`, rounded(perSecond(accepted) / raw, 2), 'of raw'),
    plain(`${what}, accepted and stored, a second`, perSecond(stored), 'rows/s'),
    plain(`${what}: raw driver loop`, rounded(raw, 0), 'rows/s'),
  ];
}

function distinctCalls(tasks: number): readonly Call[] {
  return Array.from({ length: tasks / BATCH }, (_, batch) => batchOf(batch, 'completed'));
}

/** The clients take the calls in order, so the three writes of a batch are some batches apart. */
function lifecycleCalls(tasks: number): readonly Call[] {
  const calls: Call[] = [];
  for (let batch = 0; batch < tasks / BATCH; batch += CLIENTS) {
    for (const status of ['pending', 'processing', 'completed'] as const) {
      for (let client = 0; client < CLIENTS; client += 1)
        calls.push(batchOf(batch + client, status));
    }
  }
  return calls;
}

function batchOf(batch: number, status: 'pending' | 'processing' | 'completed'): Call {
  const tasks = Array.from({ length: BATCH }, (_, offset) =>
    taskBody(batch * BATCH + offset, `s-${batch % SESSIONS}`, status),
  );
  return post('tasks/batch', { tasks });
}
