import { Worker } from 'node:worker_threads';
import type { WorkerSettings } from './worker-protocol.js';

/**
 * Starts sqlite.worker.ts in a thread. Tests start it compiled (test/support/packing), which
 * takes less than a quarter of the time.
 */
export function startThread(workerData: WorkerSettings): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const file = new URL(`./sqlite.worker.${isSource ? 'ts' : 'js'}`, import.meta.url);
  if (!isSource) return new Worker(file, { workerData });
  // From source, a thread does not inherit the loader of its parent, so it is registered inside. It
  // is imported by its address, because evaluated code resolves names from the working directory.
  const loader = import.meta.resolve('tsx/esm/api');
  const load = `import('${loader}').then(({ register }) => { register(); return import('${file.href}'); })`;
  return new Worker(load, { eval: true, workerData });
}
