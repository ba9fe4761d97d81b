import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { atLeast, type Figure, plain } from '../support/figure.js';
import { rounded } from '../support/latency.js';
import type { Scenario } from '../support/scenario.js';
import { type Running, type Stage, stop } from '../support/stage.js';
import { callsOf, mean, type Run, stored, wholeTasks } from '../support/whole-tasks.js';
import { load, warmUp } from './steady.js';

const TASKS = 100_000;
const ROUNDS = 2;
/** Of Debian: it finds the packages that missingModule names. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = join(import.meta.dirname, '..', 'yardsticks', 'first_design.py');

/**
 * The service against the Python program that the project began from (yardsticks/first_design.py),
 * in turn. Debian has pydantic 1. Without models the program is faster than with pydantic 2, so the
 * ratio to that is between the two.
 */
export const firstDesign: Scenario = {
  name: 'first-design',
  about: 'The load of plain-table and the steady load, against the first design in Python.',
  run: async (stage) => {
    const missing = stage.store === 'mysql' ? missingModule() : 'its store is MySQL';
    if (missing !== null) {
      process.stderr.write(`not measured: ${missing}\n`);
      return [];
    }
    const calls = callsOf(wholeTasks(stage.amount(TASKS)), ['completed']);
    const [ours, theirs, unchecked]: [Run[], Run[], Run[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await stored(stage, await stage.start(await stage.place()), calls));
      theirs.push(await stored(stage, await startFirstDesign(stage), calls));
      unchecked.push(await stored(stage, await startFirstDesign(stage, { MODELS: 'off' }), calls));
    }
    const runs = [mean(ours), mean(theirs), mean(unchecked)] as const;
    return [...storing(stage.amount(TASKS), ...runs), ...(await steadyFigures(stage))];
  },
};

function storing(count: number, ours: Run, theirs: Run, unchecked: Run): readonly Figure[] {
  const each = (seconds: number) => rounded((seconds * 1e6) / count, 1);
  const ratio = ({ seconds }: Run) => rounded(seconds / ours.seconds, 2);
  const unit = 'of the first design';
  return [
    atLeast('new tasks stored, beside the first design', ratio(theirs), unit, 3),
    plain('new tasks stored, beside the first design without models', ratio(unchecked), unit),
    plain('first design, a second', rounded(count / theirs.seconds, 0), 'rows/s'),
    plain('first design, processor time', each(theirs.own), 'µs a task'),
    plain('first design, server', each(theirs.server), 'µs a task'),
    plain('first design without models, processor time', each(unchecked.own), 'µs a task'),
  ];
}

async function steadyFigures(stage: Stage): Promise<readonly Figure[]> {
  const running = await startFirstDesign(stage);
  await warmUp(running.client);
  const { writes, queries } = await load(running.client, stage.amount(60));
  await stop(running);
  return [
    plain('first design, steady write P95', writes.p95, 'ms'),
    plain('first design, steady query P95', queries.p95, 'ms'),
    plain('first design, steady errors', writes.errors + queries.errors, 'requests'),
  ];
}

async function startFirstDesign(
  stage: Stage,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const command = ['python3', PROGRAM];
  return stage.run(await stage.place(), { program: PYTHON, command, env });
}

function missingModule(): string | null {
  const words = ['-c', 'import fastapi, uvicorn, uvloop, httptools, aiomysql'];
  const { error, stderr } = spawnSync(PYTHON, words, { encoding: 'utf8' });
  const reason = error?.message ?? stderr.trim().split('\n').at(-1);
  if (!reason) return null;
  const packages = ['fastapi', 'uvicorn', 'uvloop', 'httptools', 'aiomysql'];
  return `${reason}; Debian's packages: ${packages.map((name) => `python3-${name}`).join(' ')}`;
}
