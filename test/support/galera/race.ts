import { expect } from 'vitest';
import type { CollectionName } from '../../../src/domain/collection.js';
import { SESSIONS, sessionWrite, TASKS, taskWrite } from '../records/writes.js';
import type { GaleraNodes } from './galera-cluster.js';
import { contents, gatedStoreOn, settled, storeOn, storesOn } from './galera-stores.js';

export interface Stored {
  readonly session: boolean;
  readonly task?: boolean;
}

/** What is left of the records of a race. */
export const NOTHING = { sessions: 0, tasks: 0, quarantined: 0 };

/**
 * A store on the first node, and one on the second, whose next commit waits. `collections` are those
 * of both stores; default: all.
 */
export async function raceOn(
  cluster: GaleraNodes,
  stored: Stored,
  collections?: readonly CollectionName[],
) {
  const { database, first: whole } = await storesOn(cluster);
  if (stored.session) await whole.write(SESSIONS, [sessionWrite('s-1', 1)]);
  if (stored.task) await whole.write(TASKS, [taskWrite('t-1', 1)]);
  const first = await storeOn(cluster.node(0), database, collections);
  const { gate, store: second } = await gatedStoreOn(cluster.node(1), database, collections);
  await settled(cluster);
  /** Commits `held` after `other` has resolved and, with `applied`, has reached its node. */
  const run = async <Held, Other>(
    held: () => Promise<Held>,
    other: () => Promise<Other>,
    applied: boolean,
  ) => {
    const arrived = gate.holdNext();
    const holding = held();
    holding.catch(() => undefined);
    await arrived;
    const result = await other();
    if (applied) await settled(cluster);
    gate.release();
    const [outcome] = await Promise.allSettled([holding]);
    return { held: outcome, other: result };
  };
  const left = async () => {
    const [one, ...others] = await contents(cluster, database);
    for (const other of others) expect(other).toEqual(one);
    return {
      sessions: await whole.count(SESSIONS, []),
      tasks: await whole.count(TASKS, []),
      quarantined: await whole.quarantine.count(),
    };
  };
  return { database, first, second, run, left };
}
