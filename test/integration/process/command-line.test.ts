import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApiKey, bearer } from '../../support/http/api-keys.js';
import { aSession, aTask, BASE } from '../../support/http/http-app.js';
import { commandProcess } from '../../support/processes/command-line.js';
import { freePort } from '../../support/processes/free-port.js';
import { programUnderTest, ServiceProcess } from '../../support/processes/service-process.js';

const keys = {
  reader: anApiKey('reader', 'read'),
  writer: anApiKey('writer', 'write'),
  operator: anApiKey('operator', 'admin'),
};
type Who = keyof typeof keys;

let folder: string;
let service: ServiceProcess;
/** The environment of the service and its operator. */
let settings: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ps-commands-'));
  const port = await freePort();
  settings = {
    SERVICE_PORT: String(port),
    AUTH_API_KEYS: JSON.stringify(Object.values(keys).map(({ key }) => key)),
  };
  service = await ServiceProcess.start({ cwd: folder, port, env: settings });
});
afterAll(async () => {
  await service?.kill();
  await rm(folder, { recursive: true, force: true });
});

/** The name of a file with an unknown key. */
function guessed(): string {
  const file = join(folder, 'guessed-key');
  writeFileSync(file, 'psk_guessed\n', { mode: 0o600 });
  return file;
}

/** Runs a command with the key of this person, beside the running service. */
const as = (who: Who | null, ...words: readonly string[]) =>
  commandProcess(words, {
    cwd: folder,
    env: { ...settings, ...(who === null ? {} : { PERSISTENCE_API_KEY: keys[who].token }) },
  });

const jsonOf = async <Answer>(who: Who, ...words: readonly string[]) => {
  const { code, stdout, stderr } = await as(who, ...words, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Answer;
};

async function post(path: string, body?: unknown): Promise<void> {
  const response = await fetch(`${service.url}${BASE}/${path}`, {
    method: 'POST',
    headers: {
      ...bearer(keys.operator.token).headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(200);
}

/** Puts a task for each id into quarantine: its session does not exist. */
async function quarantine(...ids: readonly string[]): Promise<void> {
  await post('tasks/batch', { tasks: ids.map((id) => aTask(id, { session_id: 'nobody' })) });
  await post('flush');
}

interface Listed {
  readonly total: number;
  readonly items: readonly { readonly id: string; readonly key: string }[];
}

describe('beside a running service', () => {
  it('stats shows what is stored, as lines or as JSON', async () => {
    await post('sessions/batch', { sessions: [aSession('live')] });
    await post('tasks/batch', { tasks: [aTask('live-1', { session_id: 'live' })] });
    const { code, stdout, stderr } = await as('reader', 'stats', '--fresh');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^sessions +\d+\n/);
    expect(stdout).toMatch(/\nsize of sqlite +\S+ [KM]iB {2}better-sqlite3/);
    const answer = await jsonOf<{ tasks: { by_status: object } }>('reader', 'stats');
    expect(answer.tasks.by_status).toMatchObject({ pending: 1 });
  });

  it('quarantine lists, requeues and drops', async () => {
    await quarantine('q-1', 'q-2', 'q-3');
    const { total, items } = await jsonOf<Listed>('reader', 'quarantine', 'list');
    expect(total).toBe(3);
    expect(items.map(({ key }) => key).sort()).toEqual(['q-1', 'q-2', 'q-3']);
    expect((await as('reader', 'quarantine', 'list')).stdout).toContain('"nobody" does not exist');

    const [one = '', two = ''] = items.map(({ id }) => id);
    expect(await as('operator', 'quarantine', 'drop', one)).toEqual({
      code: 0,
      stdout: `dropped ${one}\n`,
      stderr: '',
    });
    const requeued = await as('operator', 'quarantine', 'requeue', two, one);
    expect(requeued).toMatchObject({ code: 1, stdout: `requeued ${two}\n` });
    expect(requeued.stderr).toContain(`No record "${one}" is in quarantine.`);

    await post('flush');
    expect(await jsonOf('operator', 'quarantine', 'requeue', '--all')).toEqual({
      requeued: 2,
      failed: [],
    });
    await post('flush');
    expect((await jsonOf<Listed>('reader', 'quarantine', 'list')).total).toBe(2);
    await post('sessions/batch', { sessions: [aSession('nobody')] });
    await post('flush');
    expect((await as('reader', 'quarantine', 'list')).stdout).toBe('The quarantine is empty.\n');
  });

  it('cleanup counts, then deletes', async () => {
    await post('sessions/batch', { sessions: [aSession('old', { status: 'failed' })] });
    await post('tasks/batch', { tasks: [aTask('old-1', { session_id: 'old', status: 'failed' })] });
    const words = ['cleanup', '--failed-days', '0', '--completed-days', '1'];
    const counts = { deleted_sessions: 1, deleted_tasks: 1 };
    expect(await jsonOf('operator', ...words, '--dry-run')).toEqual({ ...counts, dry_run: true });
    expect(await as('operator', ...words)).toEqual({
      code: 0,
      stdout: 'Deleted 1 session and 1 task.\n',
      stderr: '',
    });
    expect(await jsonOf('operator', ...words)).toMatchObject({ deleted_sessions: 0 });
  });

  it('a key may be in a file, and --url may name the service', async () => {
    await writeFile(join(folder, 'key'), `${keys.reader.token}\n`);
    const env = { PERSISTENCE_API_KEY_FILE: 'key' };
    const words = ['stats', '--json', '--url', service.url];
    const { code, stdout } = await commandProcess(words, { cwd: folder, env });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { sessions: {} }]);
  });

  it('config and migrate report the effective configuration and the state, as JSON too, and change nothing', async () => {
    expect((await as(null, 'config', 'check')).stdout).toMatch(/^ok\n/);
    expect(await jsonOf('reader', 'config', 'check')).toMatchObject({ status: 'ok' });
    const shown = await jsonOf<{ auth: object }>('reader', 'config', 'print');
    expect(shown.auth).toMatchObject({ api_keys: '[hidden]' });
    expect(await jsonOf('reader', 'migrate', '--status')).toMatchObject({
      up_to_date: true,
      stores: [{ backend: 'sqlite', up_to_date: true, problem: null }],
    });
  });

  it('migrate --status fails if migrations are pending', async () => {
    const { code, stdout } = await as(
      null,
      'migrate',
      '--status',
      '--json',
      '--sqlite.path',
      'new',
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      up_to_date: false,
      stores: [{ backend: 'sqlite', problem: expect.stringContaining('migrations are missing') }],
    });
  });

  it('a reader that closes the pipe ends a command quietly', async () => {
    const child = spawn(process.execPath, [programUnderTest(), 'config', 'print'], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect([code, stderr]).toEqual([0, '']);
  });
});

/** One of each file; test/unit/cli has all commands. */
const COMMANDS: readonly (readonly [needs: string, words: readonly string[]])[] = [
  ['read', ['stats']],
  ['admin', ['cleanup', '--dry-run']],
  ['admin', ['quarantine', 'drop', 'none']],
];

describe.each(COMMANDS)(
  'with exit code 1 and a reason on standard error (%s): %j',
  (scope, words) => {
    it('reports a missing key, an unknown key, and a missing scope', async () => {
      const none = await as(null, ...words);
      expect([none.code, none.stdout]).toEqual([1, '']);
      expect(none.stderr).toContain('401 UNAUTHORIZED');
      expect(none.stderr).toContain(`the scope ${scope}`);
      const unknown = await as(null, ...words, '--api-key-file', guessed());
      expect([unknown.code, unknown.stdout]).toEqual([1, '']);
      expect(unknown.stderr).toContain('This API key is unknown');
      const { code, stderr } = await as('writer', ...words);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining(`needs the scope ${scope}; the key`),
      ]);
    });

    it('reports an unreachable service', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const { code, stdout, stderr } = await as('operator', ...words, '--url', url);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`${url} does not answer: connect ECONNREFUSED`);
    });
  },
);

it('follows no redirection, which could change the method of a deletion', async () => {
  const requests: string[] = [];
  const proxy = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(301, { location: `/elsewhere${request.url}` }).end();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { code, stderr } = await as('operator', 'cleanup', '--url', url);
  proxy.close();
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('301, which is not an answer of the service'),
  ]);
  expect(requests).toEqual([`POST ${BASE}/sessions/cleanup?dry_run=false`]);
});

describe('a usage error, or an invalid configuration', () => {
  it.each([
    ['an unknown command', ['stat'], 'Did you mean stats?'],
    ['an unknown option', ['cleanup', '--dryrun'], 'Did you mean --dry-run?'],
    ['an argument that is missing', ['quarantine', 'drop'], "missing required argument 'ids'"],
    ['requeue of nothing', ['quarantine', 'requeue'], 'use --all'],
  ])('ends with 2 for %s', async (_, words, hint) => {
    const { code, stdout, stderr } = await as('operator', ...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
  });

  it.each([
    ['stats'],
    ['cleanup', '--dry-run'],
    ['quarantine', 'list'],
    ['config', 'print'],
    ['config', 'check'],
    ['health'],
    ['migrate', '--status'],
    ['serve'],
  ])('ends with 78 and names the key: %s %s', async (...words) => {
    const { code, stdout, stderr } = await as('operator', ...words, '--buffer.flush_interval=soon');
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toContain('buffer.flush_interval: expected a number from 0.01 to 3600');
    expect(stderr).toContain('found "soon" (flag --buffer.flush_interval)');
  });

  it('ends with 78 if keys contradict each other', async () => {
    const { code, stderr } = await as(
      null,
      ...['config', 'check', '--service.host', '0.0.0.0', '--auth.api_keys', '[]'],
    );
    expect([code, stderr]).toEqual([
      78,
      expect.stringContaining('auth.api_keys: the list is empty'),
    ]);
  });
});
