import { createHash } from 'node:crypto';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ServiceProcess } from '../processes/service-process.js';
import { cachedFolder } from './cached-folder.js';
import { pack } from './pack.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DIST = join(ROOT, 'dist');

/**
 * Packs the build: a start then takes a third of the processor time, and the tests start the service
 * hundreds of times. ServiceProcess starts what SERVICE_UNDER_TEST names; a run may name
 * `dist/main.js` itself.
 */
export default async function bundle(): Promise<void> {
  const built = readlinkSync(join(ROOT, '.builds', 'current'));
  // The bundle names files in this folder; another checkout may share the packages and the cache.
  const here = createHash('sha256').update(ROOT).digest('hex').slice(0, 8);
  const name = `${built}-${here}-${process.versions.v8}`;
  const place = await cachedFolder('persistence-service-bundle', name, make);
  const named = process.env.SERVICE_UNDER_TEST;
  process.env.SERVICE_UNDER_TEST = named === undefined ? join(place, 'main.js') : resolve(named);
}

async function make(folder: string): Promise<void> {
  const thread = join(DIST, 'adapters', 'storage', 'sqlite', 'sqlite.worker.js');
  await pack(folder, { name: 'main', file: join(DIST, 'main.js') }, DIST);
  await pack(folder, { name: 'sqlite.worker', file: thread }, DIST);
  const cwd = mkdtempSync(join(tmpdir(), 'persistence-bundle-'));
  try {
    const command = ['node', join(folder, 'main.js')];
    const service = await ServiceProcess.start({ command, cwd, env: { KEEP_COMPILED: '1' } });
    await service.stop();
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
