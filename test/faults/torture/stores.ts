import { startGaleraCluster } from '../../support/galera/galera-cluster.js';
import { startPrivateMariaDb } from '../../support/mysql-servers/private-mariadb.js';
import { startPrivateOracle } from '../../support/mysql-servers/private-oracle.js';
import {
  type PrivateServer,
  ServerNotAvailable,
} from '../../support/mysql-servers/private-server.js';
import { clusterForTorture } from './cluster-store.js';
import { BUFFER } from './instances.js';

export interface TortureStore {
  readonly label: string;
  /** Number of instances that share it. */
  readonly instances: number;
  readonly envOf: (index: number) => Readonly<Record<string, string>>;
  readonly interruptDatabase?: (random: () => number) => Promise<void>;
  readonly interruptEvery?: number;
  readonly gracefulShare?: number;
  dispose(): Promise<void>;
}

/** A cluster of its own; null if this machine has no programs for one. */
async function galeraForTorture(): Promise<TortureStore | null> {
  try {
    const cluster = await startGaleraCluster();
    return { ...clusterForTorture(cluster, 'torture'), dispose: () => cluster.stop() };
  } catch (error) {
    if (error instanceof ServerNotAvailable) return null;
    throw error;
  }
}

/** A separate store to torture; null if this machine has none. */
export async function storeForTorture(
  name: 'sqlite' | 'mariadb' | 'mysql' | 'galera',
): Promise<TortureStore | null> {
  if (name === 'galera') return galeraForTorture();
  if (name === 'sqlite') {
    return { label: 'SQLite', instances: 1, envOf: () => BUFFER, dispose: async () => undefined };
  }
  let server: PrivateServer;
  try {
    server = await (name === 'mariadb' ? startPrivateMariaDb() : startPrivateOracle());
  } catch (error) {
    if (error instanceof ServerNotAvailable) return null;
    throw error;
  }
  return {
    label: server.label,
    instances: 2,
    envOf: () => ({
      ...BUFFER,
      STORAGE_BACKEND: 'mysql',
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: new URL(server.url).port,
      DATABASE_DATABASE: 'torture',
    }),
    async interruptDatabase() {
      await server.kill();
      await server.restart();
    },
    dispose: () => server.dispose(),
  };
}
