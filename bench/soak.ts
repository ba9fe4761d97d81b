import { Command, Option } from 'commander';
import { get, type HttpClient, post } from './support/http.js';
import { rounded } from './support/latency.js';
import { closedLoop, openLoop } from './support/load.js';
import { memoryOf, peakMemory } from './support/memory.js';
import { sessionBody, taskBody } from './support/records.js';
import { type Running, Stage, type StoreName, stop } from './support/stage.js';

const WRITERS = 10;
const BATCH = 100;
const SESSIONS = 20;
const QUERIES_PER_SECOND = 100;
/** The task ids repeat after this number, so that the size of the store is bounded. */
const TASKS = 500_000;
const STATUSES = ['pending', 'processing', 'completed'] as const;
/** MB: the limit of a run, and the limit of growth from its first half to its second. */
const MEMORY_LIMIT = 300;
const MEMORY_DRIFT = 40;

const program = new Command('soak')
  .description(
    'Writes without pause while it queries, samples memory and delays, and reads everything back.',
  )
  .addOption(
    new Option('--store <name>', 'the store').choices(['sqlite', 'mysql']).default('mysql'),
  )
  .option('--minutes <minutes>', 'how long', '60')
  .action(soak);

interface Sample {
  readonly minute: number;
  readonly memory: number;
  readonly delayP99: number;
  readonly pending: number;
}

async function soak({ store, minutes }: { store: StoreName; minutes: string }): Promise<void> {
  const stage = await Stage.open(store, false, 1000, (what) => process.stderr.write(`${what}\n`));
  try {
    const running = await stage.start(await stage.place());
    await run(running, Number(minutes) * 60);
    await stop(running);
  } finally {
    await stage.close();
  }
}

async function run(running: Running, seconds: number): Promise<void> {
  const { client, service } = running;
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionBody(index));
  await client.succeed(post('sessions/batch', { sessions }));
  const deadline = performance.now() + seconds * 1000;
  const goesOn = () => performance.now() < deadline;
  const answered = new Set<number>();
  const samples: Sample[] = [];
  const sampling = setInterval(
    () => {
      void sample(running, seconds - (deadline - performance.now()) / 1000).then((one) => {
        samples.push(one);
        process.stdout.write(`${JSON.stringify(one)}\n`);
      });
    },
    Math.min(60_000, (seconds * 1000) / 10),
  );
  let refused = 0;
  const [writes, queries] = await Promise.all([
    closedLoop(client, {
      clients: WRITERS,
      while: goesOn,
      call: batch,
      onReply: (index, status) => {
        if (status === 200) answered.add(groupOf(index));
        else refused += 1;
      },
    }),
    openLoop(client, { perSecond: QUERIES_PER_SECOND, while: goesOn, call: query }),
  ]);
  clearInterval(sampling);
  await client.succeed(post('flush'));
  const missing = await countMissing(client, answered);
  const [write, read] = [writes.summary(), queries.summary()];
  process.stdout.write(
    `${JSON.stringify({ writes: write, refused, queries: read, peakMemoryMb: rounded(peakMemory(service.pid), 0), answeredTasks: answered.size * BATCH, missing }, null, 2)}\n`,
  );
  judge(samples, missing, read.errors);
}

/** Three writes of the same hundred tasks follow one another. */
function groupOf(index: number): number {
  return Math.floor(index / STATUSES.length) % (TASKS / BATCH);
}

function batch(index: number) {
  const group = groupOf(index);
  const status = STATUSES[index % STATUSES.length] ?? 'pending';
  const tasks = Array.from({ length: BATCH }, (_, offset) =>
    taskBody(group * BATCH + offset, `s-${group % SESSIONS}`, status),
  );
  return post('tasks/batch', { tasks });
}

function query(index: number) {
  const session = `s-${index % SESSIONS}`;
  return index % 2 === 0 ? get(`tasks/t-${index % BATCH}`) : get(`sessions/${session}/tasks`);
}

async function sample({ client, service }: Running, second: number): Promise<Sample> {
  const metrics = (await client.succeed(get('/api/v1/system/metrics'))).toString();
  const gauge = (name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN);
  return {
    minute: rounded(second / 60, 1),
    memory: rounded(memoryOf(service.pid), 0),
    delayP99: rounded(gauge('nodejs_eventloop_lag_p99_seconds') * 1000),
    pending: gauge('buffer_size\\{type="tasks"\\}'),
  };
}

/** The number of acknowledged tasks that are missing in the store. */
async function countMissing(client: HttpClient, answered: ReadonlySet<number>): Promise<number> {
  const stored = new Set<string>();
  for (let session = 0; session < SESSIONS; session += 1) {
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: { task_id: string }[]; next_cursor: string | null } = await client.json(
        get(`sessions/s-${session}/tasks?page_size=100${after}`),
      );
      for (const { task_id } of page.items) stored.add(task_id);
      cursor = page.next_cursor;
    }
  }
  let missing = 0;
  for (const group of answered) {
    for (let offset = 0; offset < BATCH; offset += 1) {
      if (!stored.has(`t-${group * BATCH + offset}`)) missing += 1;
    }
  }
  return missing;
}

function judge(samples: readonly Sample[], missing: number, errors: number): void {
  const half = Math.floor(samples.length / 2);
  const most = (some: readonly Sample[]) => Math.max(...some.map(({ memory }) => memory));
  const [first, second] = [most(samples.slice(0, half)), most(samples.slice(half))];
  const complaints = [
    missing > 0 && `${missing} acknowledged tasks are not stored`,
    errors > 0 && `${errors} queries failed`,
    Math.max(first, second) > MEMORY_LIMIT &&
      `${Math.max(first, second)} MB of memory; the limit is ${MEMORY_LIMIT}`,
    second - first > MEMORY_DRIFT && `memory grew from ${first} MB to ${second} MB`,
  ].filter((complaint) => complaint !== false);
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  if (complaints.length > 0) process.exitCode = 1;
}

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
