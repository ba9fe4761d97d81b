import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../support/processes/free-port.js';
import { BUILT, ServiceProcess } from '../../support/processes/service-process.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');
const examples = join(root, 'examples');
const BASE = '/api/v1/translation';

let cwd: string;
let service: ServiceProcess | null = null;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'ps-service-'));
});
afterEach(async () => {
  await service?.kill();
  service = null;
  await rm(cwd, { recursive: true, force: true });
});

const start = async (env: Record<string, string> = {}) => {
  // The build itself, as users run it.
  service = await ServiceProcess.start({ env, cwd, command: [process.execPath, BUILT] });
  return service;
};
const postExamples = async (url: string) => {
  for (const property of ['sessions', 'tasks']) {
    const body = await readFile(join(examples, `${property}-batch.json`));
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}${BASE}/${property}/batch`, {
      method: 'POST',
      body,
      headers,
    });
    expect(response.status).toBe(200);
  }
};
const total = async (url: string, path: string) => {
  const response = await fetch(`${url}${BASE}/${path}`);
  return ((await response.json()) as { total: number }).total;
};

describe('the service as a process', () => {
  it('keeps everything across a graceful restart, flushed or not, and exits with 0', async () => {
    const first = await start();
    await postExamples(first.url);
    expect(await first.stop()).toBe(0);
    const second = await start();
    expect(await total(second.url, 'tasks')).toBe(12);
    expect(await total(second.url, 'sessions')).toBe(3);
    expect(await second.stop()).toBe(0);
  });

  it('finishes the running requests when it is told to stop', async () => {
    const { url } = await start();
    await postExamples(url);
    const requests = Array.from({ length: 20 }, () => fetch(`${url}${BASE}/tasks?fresh=true`));
    await Promise.race(requests);
    const stopped = service?.stop();
    const answers = await Promise.allSettled(requests);
    expect(await stopped).toBe(0);
    for (const answer of answers) {
      // A connection that was not accepted by then is refused.
      if (answer.status === 'fulfilled') expect(answer.value.status).toBe(200);
    }
  });

  it('stops within its timeout although a client keeps a connection open', async () => {
    const { url } = await start({ SERVICE_SHUTDOWN_TIMEOUT: '2' });
    const response = await fetch(`${url}/health/live`, { headers: { connection: 'keep-alive' } });
    await response.text();
    expect(await service?.stop()).toBe(0);
  });

  it('replays the examples as a backend does, and reads them back equal', async () => {
    const { url } = await start();
    const { stdout } = await run(
      'npx',
      [
        'tsx',
        'scripts/replay.ts',
        '--url',
        url,
        'examples/sessions.ndjson',
        'examples/tasks.ndjson',
      ],
      { cwd: root },
    );
    expect(stdout).toMatch(/read back {2}3 sessions, 12 tasks/);
    expect(stdout).toMatch(/different {2}0/);
  });

  it('fails the replay if a record does not read back equal', async () => {
    const { url } = await start();
    const tasks = join(cwd, 'tasks.ndjson');
    await writeFile(
      tasks,
      (await readFile(join(examples, 'tasks.ndjson'), 'utf8')).replace('0.9731', '0.97314'),
    );
    const failed = await run(
      'npx',
      ['tsx', 'scripts/replay.ts', '--url', url, 'examples/sessions.ndjson', tasks],
      { cwd: root },
    ).catch((error: { code: number; stdout: string }) => error);
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stdout).toMatch(/confidence: sent 0.97314, found 0.9731/);
  });
});

describe('the command line', () => {
  const cli = (args: readonly string[], env: Record<string, string> = {}) =>
    run(process.execPath, [BUILT, ...args], {
      cwd,
      env: { PATH: process.env.PATH ?? '', ...env },
    }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );

  it('prints its help', async () => {
    const { code, stdout } = await cli(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('node dist/main.js');
    expect((await cli(['serve', '--help'])).stdout).toMatch(
      /--buffer.max_buffer_size\s+BUFFER_MAX_BUFFER_SIZE\s+1000/,
    );
  });

  it('prints the effective configuration, flags over environment, secrets hidden', async () => {
    const { stdout } = await cli(['--print-config', '--buffer.flush_interval', '7'], {
      BUFFER_FLUSH_INTERVAL: '9',
      DATABASE_PASSWORD: 'opensesame',
    });
    expect(stdout).toContain('flush_interval: 7');
    expect(stdout).not.toContain('opensesame');
  });

  it('ends with 78 and names every invalid key', async () => {
    const { code, stderr } = await cli(['--service.port', '70000'], { BUFFER_DURABILITY: 'maybe' });
    expect(code).toBe(78);
    expect(stderr).toContain(
      'service.port: expected at most 65535; found "70000" (flag --service.port)',
    );
    expect(stderr).toContain(
      'buffer.durability: expected journal, stored or memory; found "maybe" (environment variable BUFFER_DURABILITY)',
    );
  });

  it('does not listen beyond loopback without keys', async () => {
    const { code, stderr } = await cli([], { SERVICE_HOST: '0.0.0.0' });
    expect(code).toBe(78);
    expect(stderr).toContain('auth.allow_anonymous');
  });

  it('ends with 2 for a usage error', async () => {
    expect((await cli(['--config'])).code).toBe(2);
  });

  it('says what to do if its port is in use', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    const { code, stderr } = await cli([], { SERVICE_PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
  });

  it('says what to do if its database file cannot be used', async () => {
    await writeFile(
      join(cwd, 'notes.txt'),
      'this is no database, and long enough to be read as one '.repeat(40),
    );
    const { code, stderr } = await cli([], { SQLITE_PATH: 'notes.txt' });
    expect(code).toBe(78);
    expect(stderr).toContain(`sqlite.path: ${join(cwd, 'notes.txt')} cannot be opened`);
  });
});
