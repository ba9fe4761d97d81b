import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { aClient, type Told } from './client.js';
import { history, type Step } from './history.js';
import type { Store } from './stores.js';

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? randomInt(2 ** 31));
/** The path of a difference in the run of that seed, from the report, to reproduce it at once. */
const PATH = process.env.DIFFERENTIAL_PATH;
/** Longest answer shown; cells are large. */
const SHOWN = 3000;
/** Milliseconds spent on shrinking a difference; an early report is better than a minimal one. */
const SHRINKING = 30_000;

/** Number of histories, unless the environment sets another one. */
export function differentialHistoriesOr(number: number): number {
  return Number(process.env.DIFFERENTIAL_HISTORIES ?? number);
}

/**
 * Sends random histories to a service over each store; throws at the first answer that differs from
 * that of the first store. Returns how many answers were compared.
 */
export async function compareStores(stores: readonly Store[], histories: number): Promise<number> {
  const against = stores.map(({ label }) => label).join(', ');
  console.info(`${histories} histories, DIFFERENTIAL_SEED=${SEED}: ${against}`);
  const comparison = new Comparison(stores);
  await fc.assert(
    fc.asyncProperty(history, (steps) => comparison.run(steps)),
    {
      numRuns: histories,
      seed: SEED,
      ...(PATH === undefined ? {} : { path: PATH, endOnFailure: true }),
    },
  );
  console.info(`${comparison.calls} answers compared`);
  return comparison.calls;
}

class Comparison {
  calls = 0;
  #firstDifferenceAt: number | null = null;

  constructor(private readonly stores: readonly Store[]) {}

  async run(steps: readonly Step[]): Promise<void> {
    const since = this.#firstDifferenceAt;
    if (since !== null && performance.now() - since > SHRINKING) return;
    await Promise.all(this.stores.map((store) => store.empty()));
    const clients = this.stores.map((store) => aClient(store));
    try {
      for (const [index, step] of steps.entries()) {
        const answers = await Promise.all(clients.map((client) => client.do(step)));
        this.calls += answers.length;
        for (const [which, answer] of answers.entries())
          this.#checkSame(index, step, answers[0], answer, which);
      }
    } finally {
      for (const client of clients) client.stop();
    }
  }

  #checkSame(
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
      `  ${this.stores[0]?.label}: ${expected?.status} ${expected?.body.slice(0, SHOWN)}`,
      `  ${this.stores[which]?.label}: ${found.status} ${found.body.slice(0, SHOWN)}`,
    ].join('\n');
    if (this.#firstDifferenceAt === null) {
      this.#firstDifferenceAt = performance.now();
      console.error(`A difference; shrinking the history:\n${difference}`);
    }
    throw new Error(difference);
  }
}
