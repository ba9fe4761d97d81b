import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WorkerSettings } from '../../../src/adapters/storage/sqlite/worker-protocol.js';

/** The thread of SQLite and all that it imports of src, as compile.ts makes them. */
export const COMPILED = join(
  import.meta.dirname,
  '../../../node_modules/.cache/persistence-service-thread',
);

/** In the place of src/adapters/storage/sqlite/start-thread.ts: vitest.config.ts has the alias. */
export function startThread(workerData: WorkerSettings): Worker {
  const file = join(COMPILED, 'adapters', 'storage', 'sqlite', 'sqlite.worker.js');
  return new Worker(pathToFileURL(file), { workerData });
}
