import fc from 'fast-check';
import type { Opened } from '../stores/opened-stores.js';
import type { Backends } from './instance.js';
import { play } from './play.js';
import { type History, history } from './steps.js';

/** The same stores, opened by two services. */
export interface Pair {
  readonly backends: readonly [Backends, Backends];
  /** Removes everything, including tombstones and quarantine. */
  empty(): Promise<void>;
}

/** Two services on open stores, one for each collection or one for both. */
export function pairOn(sessions: Opened, tasks: Opened = sessions): Pair {
  return {
    backends: [
      { sessions: sessions.backend, tasks: tasks.backend },
      { sessions: sessions.other, tasks: tasks.other },
    ],
    async empty() {
      for (const opened of new Set([sessions, tasks])) await opened.empty();
    },
  };
}

/**
 * The same for each run, so that a failure is caused by a change and not by chance; longer runs use
 * others.
 */
const SEED = Number(process.env.TWO_INSTANCE_SEED ?? 971_083_558);
/** The position of a failure in the run of that seed, from the report, to repeat it directly. */
const PATH = process.env.TWO_INSTANCE_PATH;
/** Milliseconds for shrinking a failure; an early report is better than a minimal example. */
const SHRINKING = 60_000;

/** Number of histories, unless the environment sets another one. */
export function historiesOr(number: number): number {
  return Number(process.env.TWO_INSTANCE_HISTORIES ?? number);
}

/**
 * Plays random histories; throws at the first that does not end as the fold of what was accepted.
 */
export async function playHistories(label: string, pair: Pair, number: number): Promise<void> {
  console.info(`${number} histories on ${label}, TWO_INSTANCE_SEED=${SEED}`);
  let firstFailureAt: number | null = null;
  const holds = async (each: History): Promise<void> => {
    if (firstFailureAt !== null && performance.now() - firstFailureAt > SHRINKING) return;
    await pair.empty();
    try {
      await play(each, pair.backends);
    } catch (error) {
      if (firstFailureAt === null) {
        firstFailureAt = performance.now();
        console.error(`On ${label}; looking for a shorter history: ${String(error)}`);
      }
      throw error;
    }
  };
  await fc.assert(fc.asyncProperty(history, holds), {
    numRuns: number,
    seed: SEED,
    ...(PATH === undefined ? {} : { path: PATH, endOnFailure: true }),
  });
}
