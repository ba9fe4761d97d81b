import { type Figure, plain } from '../support/figure.js';
import { type Call, post } from '../support/http.js';
import { rounded } from '../support/latency.js';
import { closedLoop } from '../support/load.js';
import { sessionBody, taskBody } from '../support/records.js';
import type { Scenario } from '../support/scenario.js';
import { type Running, type Stage, stop } from '../support/stage.js';

const BATCH = 100;
const SESSIONS = 20;
/** Batches that are sent in a run, by the number of clients. */
const BATCHES = new Map([
  [1, 300],
  [10, 1000],
  [100, 1500],
]);

/** What an acknowledgement costs: synced to the journal, or committed to the store. */
export const durability: Scenario = {
  name: 'durability',
  about:
    'New tasks, 100 per batch, closed loop, with 1, 10 and 100 clients: `buffer.durability: journal` and `stored`; and `stored` with two instances on one server.',
  run,
};

async function run(stage: Stage): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const mode of ['journal', 'stored'] as const) {
    for (const [clients, batches] of BATCHES) {
      const place = await stage.place();
      const running = await stage.start(place, { BUFFER_DURABILITY: mode });
      figures.push(...(await measure(mode, clients, stage.amount(batches), [running])));
      await stop(running);
    }
  }
  if (stage.store === 'mysql') {
    const place = await stage.place();
    const env = { BUFFER_DURABILITY: 'stored' };
    const both = [await stage.start(place, env), await stage.start(place, env)];
    figures.push(...(await measure('stored, two instances', 100, stage.amount(1500), both)));
    for (const running of both) await stop(running);
  }
  return figures;
}

async function measure(
  mode: string,
  clients: number,
  batches: number,
  services: readonly Running[],
): Promise<readonly Figure[]> {
  const [first] = services;
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionBody(index));
  await first?.client.succeed(post('sessions/batch?ack=stored', { sessions }));
  const calls = Array.from({ length: batches }, (_, batch) => batchOf(batch));
  let next = 0;
  const begun = performance.now();
  const loops = await Promise.all(
    services.map(({ client }) =>
      closedLoop(client, {
        clients: clients / services.length,
        while: () => next < calls.length,
        call: () => calls[next++] as Call,
      }),
    ),
  );
  const seconds = (performance.now() - begun) / 1000;
  const summaries = loops.map((loop) => loop.summary());
  const errors = summaries.reduce((sum, each) => sum + each.errors, 0);
  if (errors > 0) throw new Error(`${errors} batches were not accepted`);
  const worst = (read: (summary: (typeof summaries)[number]) => number) =>
    Math.max(...summaries.map(read));
  const name = `${mode}, ${clients === 1 ? '1 client' : `${clients} clients`}`;
  return [
    plain(`${name}: acknowledged`, rounded((batches * BATCH) / seconds, 0), 'rows/s'),
    plain(`${name}: P50`, rounded(worst(({ p50 }) => p50)), 'ms'),
    plain(`${name}: P95`, rounded(worst(({ p95 }) => p95)), 'ms'),
  ];
}

function batchOf(batch: number): Call {
  const tasks = Array.from({ length: BATCH }, (_, offset) =>
    taskBody(batch * BATCH + offset, `s-${batch % SESSIONS}`, 'completed'),
  );
  return post('tasks/batch', { tasks });
}
