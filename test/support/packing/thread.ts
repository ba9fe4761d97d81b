import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorkerSettings } from '../../../src/adapters/storage/sqlite/worker-protocol.js';
import { cachedFolder } from './cached-folder.js';
import { pack } from './pack.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SRC = join(ROOT, 'src');
/** Folders of src in which the thread's own file and all that it imports are. */
const FOLDERS = ['domain', 'ports', 'adapters/sqlite-driver', 'adapters/storage'];

/**
 * Packs the thread of SQLite as it is now, before the tests run. From source each thread would load a
 * compiler and use it anew, which takes more than four times as long; a store has three. start-thread.ts
 * starts what SQLITE_THREAD names.
 */
export default async function packThread(): Promise<void> {
  const sources = FOLDERS.flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  ).map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));
  const hash = createHash('sha256').update(JSON.stringify([ROOT, process.versions.v8, sources]));
  const name = hash.digest('hex').slice(0, 16);
  const place = await cachedFolder('persistence-service-thread', name, make);
  process.env.SQLITE_THREAD = join(place, 'sqlite.worker.js');
}

async function make(folder: string): Promise<void> {
  const name = 'sqlite.worker';
  await pack(folder, { name, file: join(SRC, 'adapters', 'storage', 'sqlite', `${name}.ts`) }, SRC);
  const data = mkdtempSync(join(tmpdir(), 'persistence-thread-'));
  const workerData: WorkerSettings = {
    path: join(data, 'kept.db'),
    readonly: false,
    foreignKeys: true,
    migrations: join(ROOT, 'migrations', 'sqlite'),
    migrate: true,
    locked: false,
    busyTimeout: 1000,
  };
  try {
    const env = { ...process.env, KEEP_COMPILED: '1' };
    const thread = new Worker(join(folder, `${name}.js`), { workerData, env });
    const [opened] = (await once(thread, 'message')) as [{ readonly opened: boolean }];
    if (!opened.opened) throw new Error(`the thread did not open: ${JSON.stringify(opened)}`);
    thread.postMessage('close');
    await once(thread, 'exit');
  } finally {
    rmSync(data, { recursive: true });
  }
}
