import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DIST = join(ROOT, 'dist');
const THREAD = 'adapters/storage/sqlite';
const BUNDLES = join(ROOT, 'node_modules', '.cache', 'persistence-service-bundle');
/** Packages that find files of their own, and the compiled driver. */
const LEFT_OUT = ['better-sqlite3', 'better-sqlite3-13', 'pino', 'pino-pretty', 'pino-roll', 'tsx'];
/** Milliseconds for which a bundle is kept that no run has used since. */
const UNUSED = 86_400_000;

/**
 * Packs the build and its packages, a thousand files, into a dozen: a start then takes half the
 * processor time, and the tests start the service hundreds of times. ServiceProcess starts what
 * SERVICE_UNDER_TEST names; a run may name `dist/main.js` itself.
 */
export default async function bundle(): Promise<void> {
  const place = join(BUNDLES, readlinkSync(join(ROOT, '.builds', 'current')));
  const named = process.env.SERVICE_UNDER_TEST;
  process.env.SERVICE_UNDER_TEST = named === undefined ? join(place, 'main.js') : resolve(named);
  if (isThere(place)) return;
  const { build } = await import('vite');
  const making = `${place}.${process.pid}`;
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    plugins: [sameAddresses],
    ssr: { noExternal: true, external: LEFT_OUT },
    build: {
      ssr: true,
      outDir: making,
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
  writeFileSync(join(making, 'package.json'), '{ "type": "module" }');
  removeUnused();
  // Another run may have made the same.
  if (isThere(place)) rmSync(making, { recursive: true });
  else renameSync(making, place);
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

/** Marks it as used. */
function isThere(place: string): boolean {
  try {
    const now = new Date();
    utimesSync(place, now, now);
    return true;
  } catch {
    return false;
  }
}

function removeUnused(): void {
  mkdirSync(BUNDLES, { recursive: true });
  for (const name of readdirSync(BUNDLES)) {
    const place = join(BUNDLES, name);
    if (Date.now() - statSync(place).mtimeMs > UNUSED) rmSync(place, { recursive: true });
  }
}
