import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(PROJECT, join(folder, 'node_modules', 'persistence-service'));
});
afterAll(async () => {
  await service?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function run(...words: string[]): Promise<{ code: number; lines: readonly string[] }> {
  return runIn(folder, ...words);
}

function runIn(cwd: string, ...words: string[]) {
  const env = { PATH: process.env.PATH ?? '', PERSISTENCE_URL: service.url };
  return new Promise<{ code: number; lines: readonly string[] }>((resolve) => {
    execFile(process.execPath, words, { cwd, env }, (error, out, err) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, lines: `${out}${err}`.trim().split('\n') });
    });
  });
}

/** Runs the example, and tells for which tasks a call was paid. */
async function translate(...words: string[]) {
  const { code, lines } = await run(PROGRAM, CSV, 'game-fr.xlsx', ...words);
  const paid = lines.flatMap((line) => /^paid for (.+)$/.exec(line)?.[1] ?? []);
  return { code, paid, told: lines.filter((line) => !line.startsWith('paid for')) };
}

function programOfTheGuide(): string {
  const page = readFileSync(join(PROJECT, 'docs', 'typescript.md'), 'utf8');
  const [program = ''] = [...page.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, block = '']) =>
    block.includes('import { finish') ? [block] : [],
  );
  return program;
}

async function tasks(): Promise<readonly Task[]> {
  const found: Task[] = [];
  for await (const task of eachTask(client, { session_id: 'game-fr', fresh: true }))
    found.push(task);
  return found;
}

describe('the example program', () => {
  let whole: readonly string[];

  it('repeats what fails, and writes the workbook', async () => {
    const { code, paid, told } = await translate();
    expect(code, told.join('\n')).toBe(0);
    expect(told[0]).toBe(`${TOTAL} texts to do`);
    expect(told[1]).toMatch(/^failed: \d+ texts are translated$/);
    expect(told.at(-1)).toBe(`completed: ${TOTAL} texts are translated`);
    expect(paid.length).toBeGreaterThan(TOTAL);
    expect(readFileSync(join(folder, 'game-fr.xlsx')).subarray(0, 2).toString()).toBe('PK');
    whole = [...paid].sort();
    await client.deleteSession('game-fr');
  });

  it('pays for one call more if it crashes in the middle', async () => {
    rmSync(join(folder, 'game-fr.xlsx'));
    const crashed = await translate('--crash-after', '20');
    expect([crashed.code, crashed.paid.length]).toEqual([3, 20]);
    const acknowledged = (await tasks()).filter(({ status }) => status === 'completed');
    const resumed = await translate();
    expect(resumed.code, resumed.told.join('\n')).toBe(0);
    expect(resumed.told[0]).toBe(`${TOTAL - 19} texts to do`);
    // The call whose answer was never put is paid for again, and no other.
    expect([...crashed.paid.slice(0, -1), ...resumed.paid].sort()).toEqual(whole);
    const now = new Map((await tasks()).map((task) => [task.task_id, task]));
    expect(now.size).toBe(TOTAL);
    for (const { status, target_text, source_text } of now.values()) {
      expect([status, target_text]).toEqual(['completed', source_text.toUpperCase()]);
    }
    for (const task of acknowledged) expect(now.get(task.task_id)).toEqual(task);
    const counters = { total_tasks: TOTAL, completed_tasks: TOTAL };
    expect(await client.getSession('game-fr')).toMatchObject({ status: 'completed', ...counters });
    expect(readFileSync(join(folder, 'game-fr.xlsx')).subarray(0, 2).toString()).toBe('PK');
  });

  it('pays nothing when it runs again', async () => {
    const before = await tasks();
    expect(await translate()).toEqual({
      code: 0,
      paid: [],
      told: ['0 texts to do', `completed: ${TOTAL} texts are translated`],
    });
    expect(await tasks()).toEqual(before);
  });
});

describe('the example program, where the service refuses a translation', () => {
  it('keeps it in a file, and pays for it once', async () => {
    // Two bytes each, and three in upper case: more than 1 MiB.
    const long = 'ŉ'.repeat(400_000);
    const csv = ['sheet_name,row_index,key,source_text', `A,1,long,${long}`, 'A,2,short,sword'];
    writeFileSync(join(folder, 'long.csv'), `${csv.join('\n')}\n`);
    const words = [PROGRAM, 'long.csv', 'long-fr.xlsx'];
    const first = await run(...words);
    expect(first.code, first.lines.join('\n').slice(-2000)).toBe(0);
    const paid = first.lines.filter((line) => line === 'paid for long-fr-long');
    expect(paid).toHaveLength(1);
    expect(first.lines.at(-1)).toBe('failed: 1 texts are translated');
    const kept = readFileSync(join(folder, 'refused.txt'), 'utf8');
    expect(kept.trim()).toBe(`long-fr-long ${JSON.stringify(long.toUpperCase())}`);
    const second = await run(...words);
    expect([second.code, second.lines.filter((line) => line.startsWith('paid'))]).toEqual([0, []]);
  });
});

describe('the program of docs/typescript.md', () => {
  it('runs where the package is installed, and a second run translates nothing', async () => {
    const program = programOfTheGuide();
    expect(program.trim().split('\n').length).toBeLessThanOrEqual(35);
    const model =
      'let calls = 0;\nasync function translate(text) { calls += 1; return text.toUpperCase(); }\n';
    const file = join(folder, 'program.mjs');
    writeFileSync(file, `${model}${program}\nconsole.log(calls, 'calls');\n`);
    const runs = [await run(file), await run(file)];
    expect(runs.map(({ code, lines }) => [code, lines.at(-1)])).toEqual([
      [0, '2 calls'],
      [0, '0 calls'],
    ]);
    expect(readFileSync(join(folder, 'quests-fr.xlsx')).subarray(0, 2).toString()).toBe('PK');

    // The same with a model one of whose answers the service refuses.
    await client.deleteSession('quests-fr');
    const refused = model.replace('return', "if (calls === 1) return '\\0';\n return");
    writeFileSync(file, `${refused}${program}\nconsole.log(calls, 'calls');\n`);
    const again = [await run(file), await run(file)];
    expect(again.map(({ code, lines }) => [code, lines.at(-1)])).toEqual([
      [0, '2 calls'],
      [0, '0 calls'],
    ]);
    const kept = readFileSync(join(folder, 'refused.txt'), 'utf8').trim().split('\n');
    expect(kept.at(-1)).toBe(String.raw`quests-fr-2 "\u0000"`);
  });
});

describe('a program that ends by an error while a batch waits', () => {
  /** Runs it with a full batch to wait for, and a file to keep refused results that is a folder. */
  async function broken(program: string, ...words: string[]) {
    const cwd = mkdtempSync(join(folder, 'broken-'));
    mkdirSync(join(cwd, 'refused.txt'));
    const waiting = program.replace('{ flushEach: true }', '{ maxAge: 60_000 }');
    expect(waiting).not.toBe(program);
    writeFileSync(join(cwd, 'program.mjs'), waiting);
    return runIn(cwd, 'program.mjs', ...words);
  }

  it('has stored the results that were put: the program of the guide', async () => {
    const model = "let calls = 0;\nconst translate = async () => (calls++ === 0 ? 'épée' : 7);\n";
    const guide = programOfTheGuide().replaceAll('quests-fr', 'broken-fr');
    const { code, lines } = await broken(`${model}${guide}`);
    expect([code, lines.some((line) => line.includes('EISDIR'))]).toEqual([1, true]);
    expect(await client.getTask('broken-fr-2')).toMatchObject({ target_text: 'épée' });
  });

  it('has stored the results that were put: the example', async () => {
    const example = readFileSync(PROGRAM, 'utf8')
      .replace('chance < 77', 'chance < 0')
      .replace('return source_text.toUpperCase()', "return calls === 1 ? 'épée' : 7");
    const csv = join(folder, 'halted.csv');
    writeFileSync(csv, 'sheet_name,row_index,key,source_text\nA,1,a,sword\nA,2,b,bow\n');
    const { code, lines } = await broken(example, csv, 'halted-fr.xlsx');
    expect([code, lines.some((line) => line.includes('EISDIR'))]).toEqual([1, true]);
    expect(await client.getTask('halted-fr-a')).toMatchObject({ target_text: 'épée' });
  });
});
