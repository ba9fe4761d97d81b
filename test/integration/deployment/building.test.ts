import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../../src/adapters/sqlite-driver/open-database.js';
import { PROJECT } from '../../support/deployment/deployed.js';
import { copyOfProject } from '../../support/deployment/project-copy.js';
import { aSession, BASE } from '../../support/http/http-app.js';
import { type CommandResult, runCommand } from '../../support/mysql-servers/command.js';
import { freePort } from '../../support/processes/free-port.js';

const COMPILE_MS = 120_000;

let project: ReturnType<typeof copyOfProject>;
const path = (...names: string[]) => join(project.folder, ...names);

beforeAll(() => {
  project = copyOfProject();
  // The global setup has built these sources from nothing, which need not be done twice.
  cpSync(join(PROJECT, '.builds'), path('.builds'), { recursive: true, verbatimSymlinks: true });
  rmSync(path('dist'), { recursive: true });
});
afterAll(() => project?.remove());

/** Runs npm in the copy of the project, with no settings of this process but the port. */
const npm = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCommand(['npm', '--prefix', project.folder, ...words], { timeoutMs: COMPILE_MS, env });

/** Loaded before build.mjs: removes half of a build or console that is old, and kills the process. */
const DIES_HALF_WAY = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { rmSync } = fs;
fs.rmSync = (path, options) => {
  if (!/earlier/.test(path) || !fs.existsSync(path)) return rmSync(path, options);
  rmSync(path + '/dist', { recursive: true });
  process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();
`;

/** Simulates a later version: a file is renamed, and there is one more migration. */
function changeSources(): void {
  const folder = path('src', 'adapters', 'storage', 'sqlite');
  renameSync(join(folder, 'sqlite.worker.ts'), join(folder, 'sqlite.thread.ts'));
  const starter = join(folder, 'start-thread.ts');
  const text = readFileSync(starter, 'utf8');
  writeFileSync(starter, text.replace('./sqlite.worker.', './sqlite.thread.'));
  const list = path('migrations', 'sqlite', 'meta', '_journal.json');
  const journal = JSON.parse(readFileSync(list, 'utf8')) as { entries: { when: number }[] };
  const last = journal.entries.at(-1);
  const next = { ...last, when: (last?.when ?? 0) + 1, tag: '9999_of_a_later_version' };
  writeFileSync(list, JSON.stringify({ ...journal, entries: [...journal.entries, next] }));
  writeFileSync(path('migrations', 'sqlite', `${next.tag}.sql`), 'this is no SQL;');
}

/** Runs `npm start`, which builds first; `end` stops it gracefully. */
async function npmStart(port: number, cwdData: string) {
  const child = spawn('npm', ['start'], {
    cwd: project.folder,
    detached: true,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: project.folder,
      SERVICE_PORT: String(port),
      SQLITE_PATH: cwdData,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/health/live`)).ok, output).toBe(true), {
    timeout: COMPILE_MS,
    interval: 100,
  });
  return {
    url,
    end: async () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await exited;
    },
  };
}

describe('npm run build', () => {
  beforeAll(async () => {
    expect(await npm(['run', 'build'])).toMatchObject({ code: 0 });
  }, COMPILE_MS);

  const dist = () => ({
    folder: statSync(path('dist')).ino,
    main: statSync(path('dist', 'main.js')).mtimeMs,
    files: readdirSync(path('dist'), { recursive: true }).sort(),
  });

  it('touches nothing when nothing has changed', async () => {
    const before = dist();
    expect(await npm(['run', 'build'])).toMatchObject({ code: 0 });
    expect(dist()).toEqual(before);
  });

  it('makes the build that start.sh of a checkout runs, and changes nothing', async () => {
    const env = { SERVICE_PORT: String(await freePort()) };
    const script = (name: string) =>
      runCommand([path('scripts', name)], { timeoutMs: COMPILE_MS, env });
    expect(await script('start.sh')).toMatchObject({ code: 0 });
    const pid = readFileSync(path('run', 'service.pid'), 'utf8').trim();
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    expect(await script('stop.sh')).toMatchObject({ code: 0 });
    expect(words).toContainEqual(
      expect.stringMatching(/\/\.builds\/[0-9a-f]{16}\/dist\/main\.js$/),
    );
  });

  it('removes files that are not part of it, so that npm does not pack them', async () => {
    writeFileSync(path('dist', 'left-over.js'), '');
    const words = ['run', '--silent', 'package', '--', '--dry-run', '--json'];
    const { stdout } = await promisify(execFile)('npm', words, { cwd: project.folder });
    // The output of the build comes first.
    const [{ files }] = JSON.parse(stdout.slice(stdout.search(/^\[$/m))) as [
      { files: readonly { path: string; mode: number }[] },
    ];
    const packed = files.map((file) => file.path);
    expect(files.find((file) => file.path === 'dist/main.js')?.mode).toBe(0o755);
    expect(packed).not.toContain('dist/left-over.js');
    const built = packed.filter((name) => name.startsWith('dist/'));
    for (const name of ['dist/console/index.html', 'dist/api-pages/redoc.standalone.js'])
      expect(built).toContain(name);
    expect(built.filter((name) => !existsSync(path(name)))).toEqual([]);
  });

  it('leaves no half of an old build or console in its place when its removal is interrupted', async () => {
    const old = [
      ...Array.from({ length: 10 }, (_, index) => `earlier-${index}`),
      '.console-earlier',
    ];
    for (const name of old) {
      for (const part of ['dist', 'migrations']) {
        mkdirSync(path('.builds', name, part), { recursive: true });
      }
      utimesSync(path('.builds', name), 0, 0);
    }
    const isThere = (name: string) => existsSync(path('.builds', name));
    const isHalf = (name: string) => isThere(name) && !isThere(join(name, 'dist'));
    writeFileSync(path('dies-half-way.mjs'), DIES_HALF_WAY);
    const interrupted = () =>
      runCommand(
        [process.execPath, '--import', path('dies-half-way.mjs'), path('scripts', 'build.mjs')],
        { timeoutMs: COMPILE_MS },
      );
    // One for each that is to be removed.
    for (let round = 0; round < 2; round += 1) {
      expect(await interrupted()).toMatchObject({ code: 'SIGKILL' });
    }
    expect(old.filter(isHalf)).toEqual([]);
    expect(old.filter((name) => !isThere(name))).toHaveLength(2);
    const hidden = () =>
      readdirSync(path('.builds')).filter((name) => name.startsWith('.removing-'));
    expect(hidden()).toHaveLength(2);
    for (const name of hidden()) utimesSync(path('.builds', name), 0, 0);
    expect(await npm(['run', 'build'])).toMatchObject({ code: 0 });
    expect(hidden()).toEqual([]);
    for (const name of old) rmSync(path('.builds', name), { recursive: true, force: true });
  });

  it('leaves the previous build when it fails, and reports it', async () => {
    const before = dist();
    const source = path('src', 'version.ts');
    const right = readFileSync(source);
    writeFileSync(source, 'export const VERSION = ;\n');
    const failed = await npm(['run', 'build']);
    writeFileSync(source, right);
    expect(failed.code).not.toBe(0);
    expect(failed.stdout + failed.stderr).toContain('src/version.ts');
    expect(dist()).toEqual(before);
  });
});

describe('npm start beside a running service, with changed sources', () => {
  let service: Awaited<ReturnType<typeof npmStart>>;
  let second: CommandResult;

  beforeAll(async () => {
    const port = await freePort();
    const file = path('locked.db');
    // A lock on the file keeps the service from opening it: it loads the files for that later.
    const other = openDatabase(file);
    other.exec('begin exclusive');
    service = await npmStart(port, file);
    changeSources();
    second = await npm(['start'], { SERVICE_PORT: String(port), SQLITE_PATH: file });
    other.exec('rollback');
    other.close();
  }, 2 * COMPILE_MS);
  afterAll(() => service?.end());

  it('builds them, and reports that the first one still runs', () => {
    expect(second.code).toBe(78);
    expect(second.stderr).toMatch(/is in use/);
    expect(existsSync(path('dist', 'adapters', 'storage', 'sqlite', 'sqlite.thread.js'))).toBe(
      true,
    );
  });

  it('leaves the first one all files that it loads later: its thread and its migrations', async () => {
    const body = JSON.stringify({ sessions: [aSession('later')] });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${service.url}${BASE}/sessions/batch`, { method: 'POST', headers, body });
    await vi.waitFor(
      async () => {
        const answer = await fetch(`${service.url}${BASE}/sessions?fresh=true`);
        expect([answer.status, await answer.json()]).toMatchObject([200, { total: 1 }]);
      },
      { timeout: 60_000, interval: 500 },
    );
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
  });

  it.each(['/docs', '/docs/swagger-ui-bundle.js', '/redoc/redoc.standalone.js', '/openapi.json'])(
    'leaves the first one its page %s',
    async (page) => {
      expect((await fetch(service.url + page)).status).toBe(200);
    },
  );

  it('leaves only the files of the build in dist', () => {
    expect(existsSync(path('dist', 'adapters', 'storage', 'sqlite', 'sqlite.worker.js'))).toBe(
      false,
    );
  });
});
