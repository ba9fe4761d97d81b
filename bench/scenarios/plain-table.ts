import { atLeast, atMost, type Figure, plain } from '../support/figure.js';
import type { Call } from '../support/http.js';
import { rounded } from '../support/latency.js';
import type { TaskBody } from '../support/records.js';
import type { Scenario } from '../support/scenario.js';
import type { Stage } from '../support/stage.js';
import { callsOf, mean, type Run, stored, wholeTasks } from '../support/whole-tasks.js';

const TASKS = 200_000;
const ROUNDS = 2;

/**
 * The service against what a backend would write itself: one upsert of many rows into a plain table.
 * Both are measured in turn, and the means compared, since the machine may be shared.
 */
export const plainTable: Scenario = {
  name: 'plain-table',
  about: 'Whole tasks of 640 bytes, 10 clients, 100 per batch, against upserts into a plain table.',
  run: async (stage) => {
    const tasks = wholeTasks(stage.amount(TASKS));
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
  return stored(stage, await stage.start(await stage.place()), calls);
}

function ownTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
