// node scripts/compile-driver.mjs: compiles better-sqlite3 12 on Node 20, when that is still to be
// done. Later versions of Node use better-sqlite3 13, which brings its binaries along.
// .npmrc lets no package run anything at install, so this is where it happens: before a build, and
// before tests. docs/adr/0013-node-versions.md says why.
import './lib/node-version.mjs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const load = createRequire(import.meta.url);
/** As in src/adapters/sqlite-driver/open-database.ts. */
const driver = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3';

/** Null when it works on this Node. */
function failure() {
  try {
    new (load(driver))(':memory:').close();
    return null;
  } catch (error) {
    return error;
  }
}

function compile() {
  console.error('compiling better-sqlite3 for this Node, about a minute');
  const words = ['rebuild', 'better-sqlite3', '--ignore-scripts=false', '--foreground-scripts'];
  // Standard output belongs to the command that this is a part of.
  return spawnSync('npm', words, { cwd: root, stdio: ['ignore', 2, 2] }).status === 0;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (failure() !== null) {
  if (driver === 'better-sqlite3') {
    if (!compile()) fail('better-sqlite3 was not compiled: it takes python3, make and g++');
  }
  const left = failure();
  const [reason] = String(left?.message).split('\n');
  if (left !== null) fail(`${driver} does not work: run npm ci again. ${reason}`);
}
