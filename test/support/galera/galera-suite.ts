import { afterAll, beforeAll, describe, inject, onTestFinished } from 'vitest';
import { freshDatabase } from '../mysql-servers/mysql-servers.js';
import { takeTurn } from '../processes/turn.js';
import { GaleraNodes } from './galera-cluster.js';
import type { GaleraHarness } from './provided.js';

/** Longer than all other files of the cluster take. */
const TURN_TIMEOUT_MS = 900_000;

/**
 * A suite on the cluster of the run, which no other file uses meanwhile; without one, its tests are
 * listed as skipped.
 */
export function describeOnGalera(name: string, body: (cluster: GaleraNodes) => void): void {
  const harness: GaleraHarness | undefined = inject('galeraHarness');
  if (harness === undefined) {
    throw new Error('no global setup of a cluster ran: see the projects in vitest.config.ts');
  }
  const { nodes, turn, missing } = harness;
  const cluster = GaleraNodes.of(nodes);
  if (missing === null)
    describe(`${name} on Galera`, () => {
      let endTurn: (() => Promise<void>) | undefined;
      beforeAll(async () => {
        endTurn = await takeTurn(turn);
      }, TURN_TIMEOUT_MS);
      // Declared first, it runs last.
      afterAll(() => endTurn?.());
      body(cluster);
    });
  else describe.skip(`${name} (GALERA NOT TESTED: ${missing})`, () => body(cluster));
}

/** An empty database of the cluster, which is dropped when the test ends. */
export async function aDatabase(cluster: GaleraNodes): Promise<string> {
  const { name, drop } = await freshDatabase(cluster.node(0));
  onTestFinished(drop);
  return name;
}
