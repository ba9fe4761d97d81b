import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aClient, type Told } from '../../support/differential/client.js';
import { history, type Step } from '../../support/differential/history.js';
import { openStores, type Store } from '../../support/differential/stores.js';
import { mysqlServers } from '../../support/mysql-servers/mysql-servers.js';

const HISTORIES = Number(process.env.DIFFERENTIAL_HISTORIES ?? 12);
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? randomInt(2 ** 31));
/** The path of a difference in the run of that seed, from the report, to reproduce it at once. */
const PATH = process.env.DIFFERENTIAL_PATH;
const MINUTE = 60_000;
/** Longest answer shown; cells are large. */
const SHOWN = 3000;

let stores: readonly Store[] = [];
let calls = 0;
/** Milliseconds spent on shrinking a difference; an early report is better than a minimal one. */
const SHRINKING = 30_000;
let firstDifferenceAt: number | null = null;

/** Sends a history to a service over each store; throws at the first different answer. */
async function compare(steps: readonly Step[]): Promise<void> {
  if (firstDifferenceAt !== null && performance.now() - firstDifferenceAt > SHRINKING) return;
  await Promise.all(stores.map((store) => store.empty()));
  const clients = stores.map((store) => aClient(store));
  try {
    for (const [index, step] of steps.entries()) {
      const answers = await Promise.all(clients.map((client) => client.do(step)));
      calls += answers.length;
      for (const [which, answer] of answers.entries())
        checkSame(index, step, answers[0], answer, which);
    }
  } finally {
    for (const client of clients) client.stop();
  }
}

function checkSame(
  index: number,
  step: Step,
  expected: Told | undefined,
  found: Told,
  which: number,
): void {
  if (expected?.status === found.status && expected.body === found.body) return;
  const request = JSON.stringify(expected?.call ?? step.deed).slice(0, SHOWN);
  const difference = [
    `seed ${SEED}, step ${index} (after ${step.pause} ms): ${request}`,
    `  ${stores[0]?.label}: ${expected?.status} ${expected?.body.slice(0, SHOWN)}`,
    `  ${stores[which]?.label}: ${found.status} ${found.body.slice(0, SHOWN)}`,
  ].join('\n');
  if (firstDifferenceAt === null) {
    firstDifferenceAt = performance.now();
    console.error(`A difference; shrinking the history:\n${difference}`);
  }
  throw new Error(difference);
}

describe.skipIf(mysqlServers().length === 0)('a client of the API', () => {
  beforeAll(async () => {
    stores = await openStores(mysqlServers());
    const against = stores.map(({ label }) => label).join(', ');
    console.info(`${HISTORIES} histories, DIFFERENTIAL_SEED=${SEED}: ${against}`);
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    console.info(`${calls} answers compared`);
  });

  it(
    'no answer reveals which store is behind it',
    async () => {
      await fc.assert(fc.asyncProperty(history, compare), {
        numRuns: HISTORIES,
        seed: SEED,
        ...(PATH === undefined ? {} : { path: PATH, endOnFailure: true }),
      });
      expect(calls).toBeGreaterThan(0);
    },
    HISTORIES * 10_000 + 2 * MINUTE,
  );
});
