import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeWithPrograms, pathOf } from '../../support/deployment/debian-programs.js';
import { anApiKey, bearer } from '../../support/http/api-keys.js';
import { aSession, aTask, BASE } from '../../support/http/http-app.js';
import { freePort } from '../../support/processes/free-port.js';
import { ServiceProcess } from '../../support/processes/service-process.js';

const REQUESTS = 600;
const AT_A_TIME = 20;
const MAX_FILES = 3;
const SECRET_TEXT = 'the text of a cell 剣';
const { key, token } = anApiKey('backend', 'read', 'write');

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ps-logs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A service that has logged this many requests to a file, and has ended. */
async function afterLoad(maxFiles: number) {
  const cwd = aFolder();
  const env = {
    AUTH_API_KEYS: JSON.stringify([key]),
    LOGGING_FILE: 'logs/service.log',
    LOGGING_MAX_SIZE: '20KiB',
    LOGGING_MAX_FILES: String(maxFiles),
  };
  const service = await ServiceProcess.start({ env, cwd });
  onTestFinished(() => service.kill());
  await post(service, 'sessions', [aSession()], 'first');
  for (let from = 0; from < REQUESTS; from += AT_A_TIME) {
    const ids = Array.from({ length: AT_A_TIME }, (_, index) => `request-${from + index}`);
    const task = (id: string) => aTask(id, { source_text: SECRET_TEXT });
    await Promise.all(ids.map((id) => post(service, 'tasks', [task(id)], id)));
  }
  expect(await service.stop()).toBe(0);
  const folder = join(cwd, 'logs');
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return { files, console: service.output };
}

async function post(service: ServiceProcess, collection: string, records: object[], id: string) {
  const response = await fetch(`${service.url}${BASE}/${collection}/batch`, {
    method: 'POST',
    body: JSON.stringify({ [collection]: records }),
    headers: {
      ...bearer(token).headers,
      'content-type': 'application/json',
      'x-request-id': id,
    },
  });
  expect(response.status).toBe(200);
}

/** Every line must be a complete object, and every file must end with one. */
function linesOf(file: string): Record<string, unknown>[] {
  expect(file.endsWith('\n')).toBe(true);
  const lines = file.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log file of a service under load', () => {
  it('is rotated without a lost or truncated line, one per request', async () => {
    const { files } = await afterLoad(100);
    expect(files.length).toBeGreaterThan(3);
    const requests = files.flatMap(linesOf).filter(({ msg }) => msg === 'request');
    const found = requests.map(({ request_id }) => String(request_id));
    const sent = ['first', ...Array.from({ length: REQUESTS }, (_, index) => `request-${index}`)];
    expect(found.filter((id) => sent.includes(id)).sort()).toEqual(sent.sort());
    expect(requests.find(({ request_id }) => request_id === 'request-7')).toMatchObject({
      method: 'POST',
      route: `${BASE}/tasks/batch`,
      status: 200,
      duration_ms: expect.any(Number),
      key: 'backend',
    });
  });

  it('is kept in the configured number of files, including the current one', async () => {
    const { files } = await afterLoad(MAX_FILES);
    // One more if the service ended while it was deleting the oldest.
    expect([MAX_FILES, MAX_FILES + 1]).toContain(files.length);
    for (const file of files) expect(linesOf(file).length).toBeGreaterThan(0);
  });

  it('contains neither keys nor texts of clients, and nor does the console', async () => {
    const { files, console } = await afterLoad(100);
    expect(files.join('')).toContain('"msg":"request"');
    for (const text of [...files, console]) {
      for (const secret of [token, key.sha256, SECRET_TEXT]) expect(text).not.toContain(secret);
    }
  });
});

/** A descriptor to which nothing can be written: the disk is full. */
function aFullDisk(): number {
  const fd = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(fd));
  return fd;
}

async function writesAndStops(service: ServiceProcess): Promise<void> {
  await post(service, 'sessions', [aSession()], 'unheard');
  const health = await fetch(`${service.url}/health`, bearer(token));
  expect(health.status).toBe(200);
  expect(await service.stop()).toBe(0);
}

describe('a service whose log cannot be written', () => {
  const env = { AUTH_API_KEYS: JSON.stringify([key]) };

  it('starts, answers, accepts records and stops in order with a full disk under its standard output', async () => {
    const service = await ServiceProcess.start({ env, cwd: aFolder(), stdout: aFullDisk() });
    onTestFinished(() => service.kill());
    await writesAndStops(service);
    expect(service.output).toBe('');
  });

  it('does the same if neither the log file nor standard error can be written', async () => {
    const cwd = aFolder();
    mkdirSync(join(cwd, 'logs', 'service.1.log'), { recursive: true });
    const service = await ServiceProcess.start({
      env: { ...env, LOGGING_FILE: 'logs/service.log' },
      cwd,
      stdout: aFullDisk(),
      stderr: aFullDisk(),
    });
    onTestFinished(() => service.kill());
    await writesAndStops(service);
  });
});

describeWithPrograms('on a terminal', ['script'], () => {
  it('the log on a terminal has readable lines, one per request', async () => {
    const port = await freePort();
    const main = join(import.meta.dirname, '..', '..', '..', 'dist', 'main.js');
    // `script` gives its command its own terminal.
    const child = spawn(pathOf('script'), ['-qec', `exec node ${main} serve`, '/dev/null'], {
      cwd: aFolder(),
      env: { PATH: process.env.PATH ?? '', SERVICE_PORT: String(port), TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
    });
    const shown = (what: RegExp) =>
      expect.poll(() => screen, { timeout: 30_000, interval: 50 }).toMatch(what);
    await shown(/INFO.*Listening on/);
    // What a person looks for next: the files, the documents, and last the console.
    const places = ['sqlite .*persistence\\.db, journal .*journal', '.*/docs', '.*/console/'];
    const [data, docs, console] = places;
    await shown(
      new RegExp(`data are in ${data}[^]*described at ${docs}[^]*console is at ${console}`),
    );
    const headers = { 'x-request-id': 'seen-by-a-person' };
    await fetch(`http://127.0.0.1:${port}/health/live`, { headers });
    await shown(/INFO.*request.*request_id.*seen-by-a-person.*duration_ms/);
    expect(screen).not.toContain('{"level"');
    // Ctrl-C, as the terminal sends it.
    child.stdin.write('\u0003');
    await once(child, 'exit');
    expect(screen).toContain('Everything accepted is stored');
  });
});
