import { describe, inject, onTestFinished } from 'vitest';
import { freshDatabase } from '../mysql-servers/mysql-servers.js';
import { GaleraNodes } from './galera-cluster.js';
import type { GaleraHarness } from './provided.js';

/** A suite on the cluster of the run; without one, its tests are listed as skipped. */
export function describeOnGalera(name: string, body: (cluster: GaleraNodes) => void): void {
  const harness: GaleraHarness | undefined = inject('galeraHarness');
  if (harness === undefined) {
    throw new Error('no global setup of a cluster ran: see the projects in vitest.config.ts');
  }
  const { nodes, missing } = harness;
  const cluster = GaleraNodes.of(nodes);
  if (missing === null) describe(`${name} on Galera`, () => body(cluster));
  else describe.skip(`${name} (GALERA NOT TESTED: ${missing})`, () => body(cluster));
}

/** An empty database of the cluster, which is dropped when the test ends. */
export async function aDatabase(cluster: GaleraNodes): Promise<string> {
  const { name, drop } = await freshDatabase(cluster.node(0));
  onTestFinished(drop);
  return name;
}
