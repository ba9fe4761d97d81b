import { createHash } from 'node:crypto';
import { readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import { cachedFolder } from './cached-folder.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DIST = join(ROOT, 'dist');
const THREAD = 'adapters/storage/sqlite';
/** Packages that find files of their own, and the compiled driver. */
const LEFT_OUT = ['better-sqlite3', 'better-sqlite3-13', 'pino', 'pino-pretty', 'pino-roll', 'tsx'];

/**
 * Packs the build and its packages, a thousand files, into a dozen: a start then takes half the
 * processor time, and the tests start the service hundreds of times. ServiceProcess starts what
 * SERVICE_UNDER_TEST names; a run may name `dist/main.js` itself.
 */
export default async function bundle(): Promise<void> {
  const built = readlinkSync(join(ROOT, '.builds', 'current'));
  // The bundle names files in this folder; another checkout may share the packages and the cache.
  const here = createHash('sha256').update(ROOT).digest('hex').slice(0, 8);
  const place = await cachedFolder('persistence-service-bundle', `${built}-${here}`, make);
  const named = process.env.SERVICE_UNDER_TEST;
  process.env.SERVICE_UNDER_TEST = named === undefined ? join(place, 'main.js') : resolve(named);
}

async function make(folder: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    plugins: [sameAddresses],
    ssr: { noExternal: true, external: LEFT_OUT },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: {
          main: join(DIST, 'main.js'),
          'sqlite.worker': join(DIST, THREAD, 'sqlite.worker.js'),
        },
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          // Names are in errors and logs, and stay.
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}

/** Modules read files beside them: their address stays that in `dist`, but for the thread's file. */
const sameAddresses: Plugin = {
  name: 'same-addresses',
  enforce: 'pre',
  transform(code, id) {
    if (!id.startsWith(DIST) || id === join(DIST, THREAD, 'start-thread.js')) return null;
    return code
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)));
  },
};
