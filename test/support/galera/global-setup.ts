import type { TestProject } from 'vitest/node';
import { ServerNotAvailable } from '../mysql-servers/private-server.js';
import { freePort } from '../processes/free-port.js';
import { startGaleraCluster } from './galera-cluster.js';
import './provided.js';

/** One cluster for all files of the project. Returns the teardown. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  try {
    const cluster = await startGaleraCluster();
    project.provide('galeraHarness', {
      nodes: cluster.nodes.map(({ settings }) => settings),
      turn: await freePort(),
      missing: null,
    });
    return () => cluster.stop();
  } catch (error) {
    if (!(error instanceof ServerNotAvailable)) throw error;
    console.warn(`GALERA NOT TESTED: ${error.message}`);
    project.provide('galeraHarness', { nodes: [], turn: 0, missing: error.message });
    return async () => undefined;
  }
}
