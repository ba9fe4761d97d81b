import { atLeast, atMost, type Figure, plain } from '../support/figure.js';
import { type Call, post } from '../support/http.js';
import { rounded } from '../support/latency.js';
import { storeAll } from '../support/load.js';
import { processorTime } from '../support/processor-time.js';
import { sessionBody, type TaskBody, wholeTask } from '../support/records.js';
import type { Scenario } from '../support/scenario.js';
import { type Stage, stop } from '../support/stage.js';

const CLIENTS = 10;
const BATCH = 100;
const SESSIONS = 20;
const TASKS = 200_000;
const ROUNDS = 2;

interface Run {
  /** Seconds until all were stored. */
  readonly seconds: number;
  /** Seconds of processor time. */
  readonly own: number;
  readonly server: number;
}

/**
 * The service against what a backend would write itself: one upsert of many rows into a plain table.
 * Both are measured in turn, and the means compared, since the machine may be shared.
 */
export const plainTable: Scenario = {
  name: 'plain-table',
  about: 'Whole tasks of 640 bytes, 10 clients, 100 per batch, against upserts into a plain table.',
  run: async (stage) => {
    const tasks = Array.from({ length: stage.amount(TASKS) }, (_, index) =>
      wholeTask(index, `s-${Math.floor(index / BATCH) % SESSIONS}`),
    );
    const loops: Run[] = [];
    const distinct: Run[] = [];
    const lifecycle: Run[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      loops.push(await loop(stage, tasks));
      distinct.push(await service(stage, callsOf(tasks, ['completed'])));
      lifecycle.push(await service(stage, callsOf(tasks, ['pending', 'processing', 'completed'])));
    }
    return figuresOf(tasks.length, mean(loops), mean(distinct), mean(lifecycle), stage.store);
  },
};

function figuresOf(
  count: number,
  loop: Run,
  distinct: Run,
  lifecycle: Run,
  store: Stage['store'],
): readonly Figure[] {
  const rate = ({ seconds }: Run, writes = 1) => rounded((count * writes) / seconds, 0);
  const each = (seconds: number) => rounded((seconds * 1e6) / count, 1);
  const ofServer = store === 'mysql';
  const time = (name: string, seconds: number, most: number) =>
    atMost(`${name}, processor time`, each(seconds), 'µs a task', most);
  return [
    atLeast('new tasks stored', rounded(loop.seconds / distinct.seconds, 2), 'of plain', 0.5),
    atLeast(
      'lifecycle writes stored',
      rounded((3 * loop.seconds) / lifecycle.seconds, 2),
      'of plain',
      1,
    ),
    time('new tasks, service', distinct.own, 18),
    ...(ofServer ? [time('new tasks, server', distinct.server, 24)] : []),
    plain('plain loop, processor time', each(loop.own), 'µs a task'),
    ...(ofServer ? [plain('plain loop, server', each(loop.server), 'µs a task')] : []),
    plain('lifecycle, service, processor time', each(lifecycle.own), 'µs a task'),
    plain('new tasks stored, a second', rate(distinct), 'rows/s'),
    plain('lifecycle writes stored, a second', rate(lifecycle, 3), 'rows/s'),
    plain('plain loop, a second', rate(loop), 'rows/s'),
  ];
}

async function loop(stage: Stage, tasks: readonly TaskBody[]): Promise<Run> {
  const place = await stage.place();
  const [own, server] = [ownTime(), stage.serverTime()];
  const seconds = await stage.plain(place, tasks);
  return { seconds, own: ownTime() - own, server: stage.serverTime() - server };
}

async function service(stage: Stage, calls: readonly Call[]): Promise<Run> {
  const running = await stage.start(await stage.place());
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionBody(index));
  await running.client.succeed(post('sessions/batch', { sessions }));
  await running.client.succeed(post('flush'));
  const { pid } = running.service;
  const [own, server] = [processorTime(pid), stage.serverTime()];
  const { stored } = await storeAll(running.client, CLIENTS, calls);
  const run = {
    seconds: stored,
    own: processorTime(pid) - own,
    server: stage.serverTime() - server,
  };
  await stop(running);
  return run;
}

function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The clients take the calls in order, so the writes of a batch are some batches apart. */
function callsOf(tasks: readonly TaskBody[], statuses: readonly string[]): readonly Call[] {
  const calls: Call[] = [];
  const group = CLIENTS * BATCH;
  for (let from = 0; from < tasks.length; from += group) {
    for (const status of statuses) {
      for (let at = from; at < Math.min(from + group, tasks.length); at += BATCH) {
        const batch = tasks.slice(at, at + BATCH).map((task) => ({ ...task, status }));
        calls.push(post('tasks/batch', { tasks: batch }));
      }
    }
  }
  return calls;
}

function mean(runs: readonly Run[]): Run {
  const of = (part: keyof Run) => runs.reduce((sum, run) => sum + run[part], 0) / runs.length;
  return { seconds: of('seconds'), own: of('own'), server: of('server') };
}
