import type { ServiceClient } from './client.js';
import type { Progress } from './progress.js';
import { type JsonRecord, readLines } from './read-lines.js';
import { sessionInProgress, statesOf } from './states.js';

export interface PlayOptions {
  readonly sessions: string;
  readonly tasks: string;
  readonly batch: number;
  readonly clients: number;
  readonly progress: Progress;
}

export interface Played {
  readonly writes: number;
  readonly batches: number;
  readonly seconds: number;
}

/** Sessions first, then each task in its three states, several batches at a time. */
export async function play(client: ServiceClient, options: PlayOptions): Promise<Played> {
  const begun = performance.now();
  let writes = 0;
  let batches = 0;
  const send = async (property: 'sessions' | 'tasks', records: readonly JsonRecord[]) => {
    await client.post(`/${property}/batch`, { [property]: records });
    writes += records.length;
    batches += 1;
    options.progress.step(records.length);
  };

  const sessions: JsonRecord[] = [];
  for await (const session of readLines(options.sessions)) sessions.push(session);
  for (const share of [0, 0.5]) {
    const states = sessions.map((session) => sessionInProgress(session, share));
    for (const some of inBatches(states, options.batch)) await send('sessions', some);
  }

  // The states of one batch are sent one after another: a backend does not start what it has not announced.
  const waiting = batchesOf(readLines(options.tasks), options.batch);
  const worker = async () => {
    for (;;) {
      const { done, value } = await waiting.next();
      if (done === true) return;
      for (const state of [0, 1, 2] as const) {
        await send(
          'tasks',
          value.map((task) => statesOf(task)[state]),
        );
      }
    }
  };
  await Promise.all(Array.from({ length: options.clients }, worker));
  for (const some of inBatches(sessions, options.batch)) await send('sessions', some);
  options.progress.done();
  return { writes, batches, seconds: (performance.now() - begun) / 1000 };
}

function* inBatches(
  records: readonly JsonRecord[],
  size: number,
): Generator<readonly JsonRecord[]> {
  for (let from = 0; from < records.length; from += size) yield records.slice(from, from + size);
}

async function* batchesOf(
  records: AsyncGenerator<JsonRecord>,
  size: number,
): AsyncGenerator<readonly JsonRecord[]> {
  let batch: JsonRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
