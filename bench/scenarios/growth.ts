import { atLeast, type Figure, plain } from '../support/figure.js';
import { type Call, post } from '../support/http.js';
import { rounded } from '../support/latency.js';
import { storeAll } from '../support/load.js';
import type { Place } from '../support/place.js';
import { sessionBody, taskBody } from '../support/records.js';
import type { Scenario } from '../support/scenario.js';
import { type Stage, stop } from '../support/stage.js';

const CLIENTS = 10;
const BATCH = 100;
const SESSIONS = 20;
const TASKS = 200_000;

/** What a store that grows costs: new tasks into the data set, and into an empty store, in turn. */
export const growth: Scenario = {
  name: 'growth',
  usesDataset: true,
  about: 'New tasks, 10 clients, 100 per batch, into the data set and into an empty store.',
  run,
};

async function run(stage: Stage): Promise<readonly Figure[]> {
  const filled = await stage.filled();
  const rates: number[] = [];
  const empty: number[] = [];
  for (const round of ['g', 'h']) {
    rates.push(await rateInto(stage, filled, round));
    empty.push(await rateInto(stage, await stage.place(), round));
  }
  const [into, intoEmpty] = [mean(rates), mean(empty)];
  return [
    atLeast('new tasks stored into the data set', rounded(into / intoEmpty, 2), 'of empty', 0.7),
    plain('new tasks stored into the data set, a second', rounded(into, 0), 'rows/s'),
    plain('new tasks stored into an empty store, a second', rounded(intoEmpty, 0), 'rows/s'),
  ];
}

/** Tasks a second, until all are stored; `prefix` makes their ids new. */
async function rateInto(stage: Stage, place: Place, prefix: string): Promise<number> {
  const running = await stage.start(place);
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionBody(index, prefix));
  await running.client.succeed(post('sessions/batch', { sessions }));
  await running.client.succeed(post('flush'));
  const count = stage.amount(TASKS);
  const calls: Call[] = Array.from({ length: count / BATCH }, (_, batch) => {
    const session = `${prefix}-${batch % SESSIONS}`;
    const tasks = Array.from({ length: BATCH }, (_, offset) =>
      taskBody(batch * BATCH + offset, session, 'completed', prefix),
    );
    return post('tasks/batch', { tasks });
  });
  const { stored } = await storeAll(running.client, CLIENTS, calls);
  await stop(running);
  return count / stored;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
