import { startPrivateMariaDb } from '../../support/mysql-servers/private-mariadb.js';
import { startPrivateOracle } from '../../support/mysql-servers/private-oracle.js';
import {
  type PrivateServer,
  ServerNotAvailable,
} from '../../support/mysql-servers/private-server.js';

export interface TortureStore {
  readonly label: string;
  /** Number of instances that share it. */
  readonly instances: number;
  readonly env: Readonly<Record<string, string>>;
  readonly interruptDatabase?: () => Promise<void>;
  dispose(): Promise<void>;
}

/** Small buffers, so that kills hit flushes and not only the journal. */
const BUFFER = {
  BUFFER_MAX_BUFFER_SIZE: '500',
  BUFFER_FLUSH_INTERVAL: '1',
  LOGGING_LEVEL: 'warn',
};

/** A separate store to torture; null if this machine has none. */
export async function storeForTorture(
  name: 'sqlite' | 'mariadb' | 'mysql',
): Promise<TortureStore | null> {
  if (name === 'sqlite') {
    return { label: 'SQLite', instances: 1, env: BUFFER, dispose: async () => undefined };
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
    env: {
      ...BUFFER,
      STORAGE_BACKEND: 'mysql',
      DATABASE_HOST: '127.0.0.1',
      DATABASE_PORT: new URL(server.url).port,
      DATABASE_DATABASE: 'torture',
    },
    async interruptDatabase() {
      await server.kill();
      await server.restart();
    },
    dispose: () => server.dispose(),
  };
}
