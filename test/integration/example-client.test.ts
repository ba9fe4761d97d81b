import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PROJECT } from '../support/deployment/deployed.js';
import { aSession, aTask, BASE } from '../support/http/http-app.js';
import { ServiceProcess } from '../support/processes/service-process.js';

const CLIENT = join(PROJECT, 'examples', 'client.mjs');
const ID = 'client-example';
const TOTAL = 25;

let folder: string;
let service: ServiceProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ps-example-'));
  service = await ServiceProcess.start({ cwd: folder, env: {} });
});
afterEach(async () => {
  await service?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const run = async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, service.url]);
  return stdout.trim().split('\n');
};

async function get<Answer>(path: string): Promise<Answer> {
  return (await (await fetch(`${service.url}${BASE}/${path}`)).json()) as Answer;
}

async function post(path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  expect((await fetch(`${service.url}${BASE}/${path}`, init)).status).toBe(200);
}

interface Task {
  readonly task_id: string;
  readonly status: string;
  readonly target_text: string | null;
  readonly updated_at: string;
}
const tasks = async () =>
  (await get<{ items: readonly Task[] }>(`sessions/${ID}/tasks?page_size=100&fresh=true`)).items;
const completed = async () => (await tasks()).filter(({ status }) => status === 'completed');

describe('the example client', () => {
  it('stores a new file, and sends nothing when it is run again', async () => {
    expect(await run()).toEqual([
      `example.xlsx is new: ${TOTAL} tasks`,
      `translated: ${TOTAL}, not stored: 0`,
    ]);
    const before = await tasks();
    expect(before).toHaveLength(TOTAL);
    expect(before.every(({ target_text }) => target_text?.startsWith('LINE'))).toBe(true);
    expect(await get(`sessions/${ID}`)).toMatchObject({ status: 'completed', completed_tasks: 25 });
    expect(await run()).toEqual(['example.xlsx is finished: nothing to do']);
    expect(await tasks()).toEqual(before);
  });

  it('continues where it was killed, and translates no acknowledged task twice', async () => {
    const first = spawn(process.execPath, [CLIENT, service.url], { stdio: 'ignore' });
    const ended = new Promise((resolve) => first.once('exit', resolve));
    await vi.waitFor(async () => expect((await completed()).length).toBeGreaterThan(3), {
      timeout: 30_000,
      interval: 5,
    });
    first.kill('SIGKILL');
    await ended;
    const done = await completed();
    expect(done.length).toBeLessThan(TOTAL);
    const [said = '', figures] = await run();
    const left = Number(/^example\.xlsx continues: (\d+) of 25 tasks left$/.exec(said)?.[1]);
    // A request in flight at the kill may have been acknowledged since.
    expect(left).toBeLessThanOrEqual(TOTAL - done.length);
    expect(figures).toBe(`translated: ${left}, not stored: 0`);
    expect(await completed()).toHaveLength(TOTAL);
    expect(await tasks()).toEqual(expect.arrayContaining(done));
  });

  it('sends all tasks again if it was killed before all of them were sent', async () => {
    await post('sessions/batch', { sessions: [aSession(ID, { status: 'preparing' })] });
    await post('tasks/batch', { tasks: [aTask(`${ID}-3`, { session_id: ID })] });
    expect(await run()).toContain(`example.xlsx is new: ${TOTAL} tasks`);
    expect(await completed()).toHaveLength(TOTAL);
  });

  it('finishes a session whose tasks are all finished', async () => {
    await post('sessions/batch', { sessions: [aSession(ID, { status: 'processing' })] });
    expect(await run()).toContain('translated: 0, not stored: 0');
    expect(await get(`sessions/${ID}`)).toMatchObject({ status: 'completed' });
  });
});
