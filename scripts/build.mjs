// node scripts/build.mjs: builds the program and its console into dist/ if their sources have changed.
//
// On Node 20 it also compiles the SQLite driver, if necessary: a minute on one core, beside the build.
//
// A service may be running from an earlier build, and it loads some files late: the SQLite thread
// when a store becomes reachable, migrations when it opens a store again. So nothing is built in
// place:
//
//   .builds/ID      one build, ID being a hash of its sources: dist/, and its migrations and
//                   version. It is never changed. `npm start` and scripts/start.sh run from here.
//   .builds/current a link to the newest build
//   .builds/.console-ID the built console, by the hash of its own sources, so that a change of the
//                   program does not build it again
//   dist            a copy of the dist of the current build, replaced as a whole: npm packs it, and
//                   the image and the releases of deploy.sh are made from it
import './lib/node-version.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { copyApiPages } from './lib/api-pages.mjs';

const CLIENT = 'clients/typescript';
/** The inputs of the console. */
const CONSOLE_SOURCES = [
  'package-lock.json',
  CLIENT,
  'console/index.html',
  'console/vite.config.ts',
  'console/src',
];
/** The inputs of a build. */
const SOURCES = [
  'package.json',
  'scripts/lib/api-pages.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.client.json',
  'src',
  'migrations',
  ...CONSOLE_SOURCES,
];
/** Copied into the build. */
const COPIED = ['package.json', 'migrations'];
/** Number of builds kept, newest first; a service may still run from an older one. */
const KEPT = 10;
/** Milliseconds after which an unfinished build of another process counts as abandoned. */
const ABANDONED = 3_600_000;
/** Milliseconds for which a console is kept that no build has used since. */
const UNUSED = 30 * 86_400_000;
const TRIES = 10;
/** What the names of built consoles in .builds begin with. */
const CONSOLE = '.console-';

const root = join(import.meta.dirname, '..');
const builds = join(root, '.builds');
/** Temporary names in .builds; several processes may build at the same time. */
const temporary = (what) => join(builds, `.${what}-${process.pid}`);

/** All files at and below a path, sorted by name. */
function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Hash of the names and contents of files. */
function hashOf(paths, from) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesOf(join(from, path)))) {
    const content = readFileSync(file);
    hash.update(`${file.slice(from.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

class Failed extends Error {
  constructor(status) {
    super('a step of the build has failed');
    this.status = status ?? 1;
  }
}

/** Runs the script of a package. On failure, removes what it has made and throws Failed. */
function run([name, script], words, making) {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const command = [join(dirname(manifest), script), ...words];
  // A test sets NODE_ENV to test, and Vite would then build the page with Vue for development.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = spawnSync(process.execPath, command, { cwd: root, env, stdio: 'inherit' });
  if (status === 0) return;
  rmSync(making, { recursive: true, force: true });
  throw new Failed(status);
}

/** Builds in a temporary folder, so that a build is complete or absent. Throws Failed. */
function make(build) {
  console.error('Building the service and its console, once for these sources: half a minute …');
  const making = temporary('making');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  // Types are checked by `npm run check:types`: a start after a change would take three times as long.
  const compile = (project, outDir) =>
    run(['typescript', 'bin/tsc'], ['-p', project, '--noCheck', '--outDir', outDir], making);
  // The command line uses the client, so that it is compiled along. What is packed is made by the
  // second run, with its declarations; src imports it by the name that users import.
  compile('tsconfig.build.json', making);
  rmSync(join(making, 'clients'), { recursive: true, force: true });
  renameSync(join(making, 'src'), join(making, 'dist'));
  compile('tsconfig.client.json', join(making, 'dist', 'client'));
  cpSync(builtConsole(), join(making, 'dist', 'console'), { recursive: true });
  copyApiPages(join(making, 'dist', 'api-pages'));
  chmodSync(join(making, 'dist', 'main.js'), 0o755);
  for (const name of COPIED) cpSync(join(root, name), join(making, name), { recursive: true });
  moveTo(build, making);
}

/** The folder of the built console. Throws Failed. */
function builtConsole() {
  const place = join(builds, `${CONSOLE}${hashOf(CONSOLE_SOURCES, root)}`);
  if (!existsSync(place)) {
    const making = temporary('making-console');
    const words = ['build', 'console', '--outDir', making, '--emptyOutDir', '--logLevel', 'warn'];
    run(['vite', 'bin/vite.js'], words, making);
    moveTo(place, making);
  }
  const now = new Date();
  utimesSync(place, now, now);
  return place;
}

/** If another process has created `place` meanwhile, its content is the same and stays. */
function moveTo(place, made) {
  try {
    renameSync(made, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}

function point(link, to) {
  const made = temporary('link');
  rmSync(made, { force: true });
  symlinkSync(to, made);
  renameSync(made, link);
}

/**
 * Puts a copy of `from` at `place`; a reader finds the complete old copy or the complete new one.
 */
function replace(place, from) {
  const [copy, old] = [temporary('copy'), temporary('old')];
  cpSync(from, copy, { recursive: true });
  for (let attempt = 1; existsSync(copy); attempt += 1) {
    try {
      if (existsSync(place)) renameSync(place, old);
      renameSync(copy, place);
    } catch (error) {
      // Another build removed or replaced it in between.
      if (attempt === TRIES) throw error;
    }
    rmSync(old, { recursive: true, force: true });
  }
}

function removeOld(current) {
  const age = (name) => Date.now() - statSync(join(builds, name)).mtimeMs;
  const names = readdirSync(builds).filter((name) => name !== 'current');
  const whole = names.filter((name) => !name.startsWith('.') && name !== current);
  const gone = [
    ...whole.sort((one, other) => age(one) - age(other)).slice(KEPT - 1),
    ...names.filter(
      (name) => name.startsWith('.') && age(name) > (name.startsWith(CONSOLE) ? UNUSED : ABANDONED),
    ),
  ];
  for (const name of gone) remove(name);
}

/**
 * Renames it first: what an interruption leaves is not taken for a build or a console, and goes when
 * it counts as abandoned.
 */
function remove(name) {
  const removing = temporary(`removing-${name}`);
  try {
    renameSync(join(builds, name), removing);
  } catch (error) {
    // Another process has removed it.
    if (error.code !== 'ENOENT') throw error;
  }
  rmSync(removing, { recursive: true, force: true });
}

function buildAll() {
  const id = hashOf(SOURCES, root);
  const build = join(builds, id);
  const [built, dist] = [join(build, 'dist'), join(root, 'dist')];
  if (!existsSync(build)) make(build);
  const now = new Date();
  utimesSync(build, now, now);
  point(join(builds, 'current'), id);
  // dist is compared as a whole, so that extra or missing files are corrected too.
  if (!existsSync(dist) || hashOf(['.'], dist) !== hashOf(['.'], built)) replace(dist, built);
  removeOld(id);
}

const compiling = spawn(process.execPath, [join(import.meta.dirname, 'compile-driver.mjs')], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const compiled = once(compiling, 'exit');
try {
  buildAll();
} catch (error) {
  // What failed has said why.
  if (!(error instanceof Failed)) throw error;
  process.exitCode = error.status;
} finally {
  // Also after a failure: a second compiler must not begin while this one works.
  const [status] = await compiled;
  if (status !== 0) process.exitCode ||= status ?? 1;
}
