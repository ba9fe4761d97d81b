import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachTask, PersistenceClient, type Task } from '../../../clients/typescript/index.js';
import { PROJECT } from '../../support/deployment/deployed.js';
import { ServiceProcess } from '../../support/processes/service-process.js';

const PROGRAM = join(PROJECT, 'examples', 'node', 'translate.mjs');
const CSV = join(PROJECT, 'examples', 'game.csv');
const TOTAL = 60;

let folder: string;
let service: ServiceProcess;
let client: PersistenceClient;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ps-example-'));
  service = await ServiceProcess.start({ cwd: folder, env: {} });
  client = new PersistenceClient({ baseUrl: service.url, apiKey: null });
});
afterAll(async () => {
  await service?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function run(...words: string[]): Promise<{ code: number; lines: readonly string[] }> {
  const env = { PATH: process.env.PATH ?? '', PERSISTENCE_URL: service.url };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, CSV, ...words],
      { cwd: folder, env },
      (error, out, err) => {
        const code = error === null ? 0 : Number(error.code);
        resolve({ code, lines: `${out}${err}`.trim().split('\n') });
      },
    );
  });
}

async function tasks(): Promise<readonly Task[]> {
  const found: Task[] = [];
  for await (const task of eachTask(client, { session_id: 'game-fr', fresh: true }))
    found.push(task);
  return found;
}

/** Calls that were paid for, as the program tells at its end. */
const paid = (lines: readonly string[]) =>
  Number(/paid for (\d+) calls/.exec(lines.at(-1) ?? '')?.[1]);

describe('the example program', () => {
  let acknowledged: readonly Task[];

  it('stops hard in the middle when it is told to', async () => {
    const { code, lines } = await run('--crash-after=20');
    expect([code, lines]).toEqual([1, ['game.xlsx is new: 60 of 60 texts to do']]);
    acknowledged = (await tasks()).filter(({ status }) => status !== 'pending');
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(acknowledged.length).toBeLessThan(30);
  });

  it('goes on where it stopped, retries failures, and writes the workbook', async () => {
    const { code, lines } = await run();
    expect(code, lines.join('\n')).toBe(0);
    const left = TOTAL - acknowledged.length;
    // Those that failed before the crash are finished until they are retried.
    expect(lines[0]).toBe(`game.xlsx is unfinished: ${left} of 60 texts to do`);
    expect(lines[1]).toMatch(/^trying \d+ failed texts again$/);
    expect(lines.at(-1)).toMatch(/60 texts are in game\.xlsx$/);
    const now = new Map((await tasks()).map((task) => [task.task_id, task]));
    expect(now.size).toBe(TOTAL);
    for (const task of now.values()) {
      expect(task).toMatchObject({ status: 'completed', target_text: `⟦${task.source_text}⟧` });
    }
    // What was acknowledged before the crash was not paid for again.
    for (const task of acknowledged.filter(({ status }) => status === 'completed')) {
      expect(now.get(task.task_id)).toEqual(task);
    }
    expect(await client.getSession('game-fr')).toMatchObject({
      status: 'completed',
      completed_tasks: TOTAL,
    });
    expect(readFileSync(join(folder, 'game.xlsx')).subarray(0, 2).toString()).toBe('PK');
  });

  it('pays nothing when it runs again', async () => {
    const before = await tasks();
    const { code, lines } = await run();
    expect(code).toBe(0);
    expect(lines[0]).toBe('game.xlsx is finished: 0 of 60 texts to do');
    expect(paid(lines)).toBe(0);
    expect(await tasks()).toEqual(before);
  });
});
