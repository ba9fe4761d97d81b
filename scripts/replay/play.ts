import type { Service } from './client.js';
import type { Progress } from './progress.js';
import { type JsonRecord, readLines } from './read-lines.js';
import { SessionProgress } from './session-progress.js';
import { statesOf } from './states.js';
import type { Survey } from './survey.js';

export interface PlayOptions {
  readonly survey: Survey;
  readonly tasks: string;
  /** Largest number of records in a request. */
  readonly batch: number;
  /** Batches of tasks in flight at the same time. */
  readonly clients: number;
  /** An ISO 8601 instant, for tasks without a start time. */
  readonly startedAt: string;
  readonly progress: Progress;
}

export interface Played {
  /** Records that the service accepted: every state of every session and task. */
  readonly writes: number;
  readonly batches: number;
  readonly seconds: number;
}

/**
 * Sends the sessions first, then the three states of each task, several batches at a time. The
 * counters of a session grow as its tasks finish, and its final state follows its last task.
 *
 * The writes of one task, and those of one session, are sent in order: each is answered before the
 * next is sent.
 */
export async function play(service: Service, options: PlayOptions): Promise<Played> {
  const { batch, startedAt } = options;
  const begun = performance.now();
  let writes = 0;
  let batches = 0;
  const send = async (property: 'sessions' | 'tasks', records: readonly JsonRecord[]) => {
    for (const some of inBatches(records, batch)) {
      await service.accept(property, some);
      writes += some.length;
      batches += 1;
    }
  };

  const progress = new SessionProgress(options.survey);
  await send('sessions', progress.begin());

  // Batches of tasks finish in parallel; session states are sent one after another.
  let sessionsSent = Promise.resolve();
  const waiting = batchesOf(readLines(options.tasks), batch);
  const worker = async () => {
    for (;;) {
      const { done, value: tasks } = await waiting.next();
      if (done === true) return;
      const states = tasks.map((task) => statesOf(task, startedAt));
      await send(
        'tasks',
        states.map(([pending]) => pending),
      );
      await send(
        'tasks',
        states.map(([, processing]) => processing),
      );
      progress.started(tasks);
      await send(
        'tasks',
        states.map(([, , final]) => final),
      );
      const sessions = progress.finished(tasks);
      sessionsSent = sessionsSent.then(() => send('sessions', sessions));
      await sessionsSent;
      options.progress.step(tasks.length);
    }
  };
  await Promise.all(Array.from({ length: options.clients }, worker));
  await send('sessions', progress.end());
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
