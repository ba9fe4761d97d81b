// node scripts/compile-driver.mjs: compiles better-sqlite3 12 on Node 20, if necessary. Later
// versions of Node use better-sqlite3 13, which includes its binaries.
// .npmrc disables install scripts, so this runs before a build and before tests. See
// docs/adr/0013-node-versions.md.
import './lib/node-version.mjs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const load = createRequire(import.meta.url);
/** The same rule as in src/adapters/sqlite-driver/open-database.ts. */
const driver = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3';

/** Null if the driver works on this Node. */
function failure() {
  try {
    new (load(driver))(':memory:').close();
    return null;
  } catch (error) {
    return error;
  }
}

function compile() {
  console.error('Compiling the SQLite driver for this Node, once: a minute or two …');
  const began = Date.now();
  const words = ['rebuild', 'better-sqlite3', '--ignore-scripts=false', '--foreground-scripts'];
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  const { status, stdout, stderr } = spawnSync('npm', words, options);
  // Standard output belongs to the calling command. The compiler's thousand lines matter on failure.
  if (status !== 0) console.error(`${stdout}${stderr}`);
  else console.error(`Compiled in ${Math.round((Date.now() - began) / 1000)} s.`);
  return status === 0;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (failure() !== null) {
  if (driver === 'better-sqlite3') {
    if (!compile()) fail('better-sqlite3 was not compiled: this needs python3, make and g++');
  }
  const left = failure();
  const [reason] = String(left?.message).split('\n');
  if (left !== null) fail(`${driver} does not work: run npm ci again. ${reason}`);
}
