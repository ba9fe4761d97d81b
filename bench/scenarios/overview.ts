import { LARGE_SESSION } from '../support/dataset.js';
import { atMost, type Figure, plain } from '../support/figure.js';
import { type Call, get, type HttpClient, post } from '../support/http.js';
import { rounded } from '../support/latency.js';
import { closedLoop } from '../support/load.js';
import { peakMemory } from '../support/memory.js';
import type { Scenario } from '../support/scenario.js';
import { type Stage, stop } from '../support/stage.js';

const RESTORES = 10;
/** Restores after which the young generation has its full size; memory is constant from then on. */
const SETTLING = 3;

/** The requests of dashboards, and of a backend after a crash, with a million tasks stored. */
export const overview: Scenario = {
  name: 'overview',
  usesDataset: true,
  about: 'Over the data set: statistics, incomplete sessions, progress, restoring 50,000 tasks.',
  run,
};

const INCOMPLETE = get('recovery/incomplete-sessions');

async function firstByte(client: HttpClient): Promise<Figure> {
  const times: number[] = [];
  for (let index = 0; index < RESTORES; index += 1) {
    const begun = performance.now();
    await client.succeed(INCOMPLETE, () => times.push(performance.now() - begun));
  }
  return atMost('incomplete sessions, first byte, slowest of 10', worst(times), 'ms', 100);
}

const worst = (values: readonly number[]) => rounded(Math.max(...values));

async function run(stage: Stage): Promise<readonly Figure[]> {
  const running = await stage.start(await stage.filled());
  const { client, service } = running;
  const measure = async (name: string, call: Call, calls: number): Promise<Figure> => {
    const latencies = await closedLoop(client, { clients: 1, calls, call: () => call });
    const { p95, errors } = latencies.summary();
    if (errors > 0) throw new Error(`${call.path}: ${errors} of ${calls} failed`);
    return atMost(name, p95, 'ms', 100);
  };
  const figures = [
    await measure('statistics, P95', get('stats'), 20),
    await measure('incomplete sessions, P95', INCOMPLETE, 20),
    await firstByte(client),
    await measure('progress of a session, P95', get('sessions/d-7/progress'), 20),
    await measure(
      'sessions with their progress, P95',
      get('sessions?include=progress&page_size=25'),
      20,
    ),
  ];
  let settled = 0;
  const restore = post(`recovery/restore/${LARGE_SESSION}`);
  const times: number[] = [];
  const firsts: number[] = [];
  for (let index = 0; index < RESTORES; index += 1) {
    const begun = performance.now();
    const body = await client.succeed(restore, () => firsts.push(performance.now() - begun));
    times.push(performance.now() - begun);
    const { tasks_count } = JSON.parse(body.toString()) as { tasks_count: number };
    if (tasks_count !== stage.dataset.unfinished) throw new Error(`restored ${tasks_count} tasks`);
    if (index + 1 === SETTLING) settled = peakMemory(service.pid);
  }
  figures.push(
    atMost('restore of 50,000 tasks, first byte, slowest of 10', worst(firsts), 'ms', 100),
    plain('restore of 50,000 tasks, whole, slowest of 10', worst(times), 'ms'),
    atMost(
      `restore: growth of peak memory from restore ${SETTLING} to ${RESTORES}`,
      rounded(peakMemory(service.pid) - settled, 0),
      'MB',
      20,
    ),
  );
  await stop(running);
  return figures;
}
