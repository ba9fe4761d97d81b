/**
 * tsx scripts/smoke.ts [PROGRAM]: a short test of the build of this checkout, or of another program
 * such as that of an installed package, on the Node that runs it. It sends batches to a service on SQLite, ends it with SIGKILL, starts it again, and compares every
 * record. Exit code 1 if a record is missing or different.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { freePort } from '../test/support/processes/free-port.js';
import { ServiceProcess } from '../test/support/processes/service-process.js';

const API = '/api/v1/translation';
const BATCHES = 30;
const TASKS = 50;
/** Largest page of a list. */
const PAGE = 100;

type Body = Readonly<Record<string, unknown>>;

async function ask(url: string, body?: Body): Promise<Body> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as Body;
}

const sessionOf = (batch: number): Body => ({
  session_id: `smoke-${batch}`,
  filename: `file ${batch}.xlsx`,
  file_path: `/jobs/file ${batch}.xlsx`,
  llm_provider: 'smoke',
  status: 'processing',
});

const taskOf = (batch: number, index: number): Body => ({
  task_id: `smoke-${batch}-${index}`,
  session_id: `smoke-${batch}`,
  batch_id: `smoke-${batch}-b0`,
  sheet_name: 'Items',
  column_name: 'fr',
  row_index: index,
  source_text: `Füller ${index} 文`,
  status: index % 2 === 0 ? 'completed' : 'pending',
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const tasks = numbers(BATCHES).flatMap((batch) => numbers(TASKS).map((at) => taskOf(batch, at)));

async function send(api: string): Promise<void> {
  for (const batch of numbers(BATCHES)) {
    await ask(`${api}/sessions/batch`, { sessions: [sessionOf(batch)] });
    const sent = tasks.slice(batch * TASKS, (batch + 1) * TASKS);
    await ask(`${api}/tasks/batch`, { tasks: sent });
    // At the kill, some records are stored, and some are only in the journal.
    if (batch === BATCHES / 2) await ask(`${api}/flush`, {});
  }
}

/** Describes missing and different records. */
async function problems(api: string): Promise<readonly string[]> {
  const found = new Map<unknown, Body>();
  for (let page = 1; page <= Math.ceil(tasks.length / PAGE); page += 1) {
    const { items } = await ask(`${api}/tasks?fresh=true&page_size=${PAGE}&page=${page}`);
    for (const item of items as readonly Body[]) found.set(item.task_id, item);
  }
  const { total } = await ask(`${api}/sessions?fresh=true`);
  return [
    ...(total === BATCHES ? [] : [`${total} sessions instead of ${BATCHES}`]),
    ...tasks.flatMap((sent) => {
      const item = found.get(sent.task_id);
      if (item === undefined) return [`${sent.task_id} is missing`];
      const isEqual = Object.keys(sent).every((key) => isDeepStrictEqual(item[key], sent[key]));
      return isEqual ? [] : [`${sent.task_id} is ${JSON.stringify(item)}`];
    }),
  ];
}

async function smoke(cwd: string): Promise<void> {
  const [program] = process.argv.slice(2);
  const command = program === undefined ? {} : { command: [process.execPath, resolve(program)] };
  const options = { cwd, env: {}, port: await freePort(), ...command };
  const first = await ServiceProcess.start(options);
  const api = first.url + API;
  try {
    await send(api);
  } finally {
    await first.kill();
  }
  const second = await ServiceProcess.start(options);
  const wrong = await problems(api).finally(() => second.stop());
  const code = await second.exited;
  if (wrong.length > 0) throw new Error(`after a kill -9:\n${wrong.join('\n')}`);
  if (code !== 0) throw new Error(`the service ended with ${code}:\n${second.output}`);
  console.log(
    `smoke on Node ${process.versions.node}: ${tasks.length} tasks intact after a kill -9`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'ps-smoke-'));
try {
  await smoke(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
