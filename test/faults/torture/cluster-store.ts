import { setTimeout as pause } from 'node:timers/promises';
import type { GaleraNodes } from '../../support/galera/galera-cluster.js';
import type { GaleraNode } from '../../support/galera/galera-node.js';
import { BUFFER } from './instances.js';
import type { TortureStore } from './stores.js';

/** Milliseconds that something is wrong with a node. */
const LONGEST_TROUBLE = 8000;

/**
 * An instance on each node of a cluster, which uses the others if its own fails, and keeps nothing
 * itself.
 */
export function clusterForTorture(
  cluster: GaleraNodes,
  database: string,
): Omit<TortureStore, 'dispose'> {
  const { nodes } = cluster;
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  return {
    label: `Galera, ${nodes.length} nodes`,
    instances: nodes.length,
    envOf: (index) => ({
      ...BUFFER,
      BUFFER_DURABILITY: 'stored',
      STORAGE_BACKEND: 'mysql',
      DATABASE_HOSTS: JSON.stringify([...addresses.slice(index), ...addresses.slice(0, index)]),
      DATABASE_DATABASE: database,
    }),
    interruptEvery: 2,
    gracefulShare: 0.25,
    interruptDatabase: (random) => trouble(cluster, random),
  };
}

/**
 * One node is killed, stopped or suspended; or two are killed, so that the last one has no quorum.
 * Resolves when the cluster is complete again.
 */
async function trouble(cluster: GaleraNodes, random: () => number): Promise<void> {
  const first = Math.floor(random() * cluster.nodes.length);
  const at = (step: number) => cluster.node((first + step) % cluster.nodes.length);
  const [one, other, last] = [at(0), at(1), at(2)];
  const choice = random();
  if (choice < 0.35) await one.kill();
  else if (choice < 0.6) await one.stop();
  else if (choice < 0.85) one.pause();
  else await Promise.all([one.kill(), other.kill()]);
  await pause(random() * LONGEST_TROUBLE);
  if (choice >= 0.85) await goOnAlone(last);
  await cluster.start();
}

/** Without the others, the last one goes on only if an operator says so, after it has missed them. */
async function goOnAlone(node: GaleraNode): Promise<void> {
  while ((await node.status())?.isPrimary !== false) await pause(200);
  await node.query("set global wsrep_provider_options = 'pc.bootstrap=YES'");
}
