import { atMost, type Figure } from '../support/figure.js';
import { rounded } from '../support/latency.js';
import type { Scenario } from '../support/scenario.js';
import { type Stage, stop } from '../support/stage.js';

const TIMES = 5;

/**
 * From the start of the process to its first answer; the schema exists and the journal is empty.
 */
export const starting: Scenario = {
  name: 'start',
  about: 'Starting with an empty journal, until the first request is answered.',
  run,
};

async function run(stage: Stage): Promise<readonly Figure[]> {
  const place = await stage.place();
  await stop(await stage.start(place));
  const times: number[] = [];
  for (let index = 0; index < TIMES; index += 1) {
    const begun = performance.now();
    const running = await stage.start(place);
    times.push((performance.now() - begun) / 1000);
    await stop(running);
  }
  return [atMost('start, slowest of 5', rounded(Math.max(...times), 2), 's', 1)];
}
