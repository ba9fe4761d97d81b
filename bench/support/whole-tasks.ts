import { type Call, post } from './http.js';
import { storeAll } from './load.js';
import { processorTime } from './processor-time.js';
import { sessionBody, type TaskBody, wholeTask } from './records.js';
import { type Running, type Stage, stop } from './stage.js';

const CLIENTS = 10;
const BATCH = 100;
const SESSIONS = 20;

/** What it takes to store tasks. */
export interface Run {
  /** Seconds until all were stored. */
  readonly seconds: number;
  /** Seconds of processor time. */
  readonly own: number;
  readonly server: number;
}

/** Tasks with every field, in 20 sessions. */
export function wholeTasks(count: number): readonly TaskBody[] {
  return Array.from({ length: count }, (_, index) =>
    wholeTask(index, `s-${Math.floor(index / BATCH) % SESSIONS}`),
  );
}

/** The clients take the calls in order, so the writes of a batch are some batches apart. */
export function callsOf(tasks: readonly TaskBody[], statuses: readonly string[]): readonly Call[] {
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

/** Sends the calls from ten clients until all is stored, and stops the service. */
export async function stored(stage: Stage, running: Running, calls: readonly Call[]): Promise<Run> {
  const sessions = Array.from({ length: SESSIONS }, (_, index) => sessionBody(index));
  await running.client.succeed(post('sessions/batch', { sessions }));
  await running.client.succeed(post('flush'));
  const { pid } = running.service;
  const [own, server] = [processorTime(pid), stage.serverTime()];
  const { stored: seconds } = await storeAll(running.client, CLIENTS, calls);
  const run = { seconds, own: processorTime(pid) - own, server: stage.serverTime() - server };
  await stop(running);
  return run;
}

export function mean(runs: readonly Run[]): Run {
  const of = (part: keyof Run) => runs.reduce((sum, run) => sum + run[part], 0) / runs.length;
  return { seconds: of('seconds'), own: of('own'), server: of('server') };
}
