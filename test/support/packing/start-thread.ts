import { Worker } from 'node:worker_threads';
import type { WorkerSettings } from '../../../src/adapters/storage/sqlite/worker-protocol.js';

/** In the place of src/adapters/storage/sqlite/start-thread.ts: vitest.config.ts has the alias. */
export function startThread(workerData: WorkerSettings): Worker {
  // As thread.ts packed it.
  const file = process.env.SQLITE_THREAD;
  if (file === undefined) throw new Error('SQLITE_THREAD is not set: thread.ts did not run');
  return new Worker(file, { workerData });
}
