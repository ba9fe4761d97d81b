import { aSession, aTask } from '../http/http-app.js';

type Fields = Readonly<Record<string, unknown>>;
export type Batch = { readonly path: 'sessions' | 'tasks'; readonly records: readonly Fields[] };

const KEYS = { sessions: 'session_id', tasks: 'task_id' } as const;
const COUNTERS = ['total_tasks', 'completed_tasks', 'failed_tasks'];
const INSTANTS = ['start_time', 'end_time'];
const FINISHED = ['completed', 'failed', 'cancelled', 'skipped'];
/** The values of fields that no write contains. */
const INITIAL = {
  sessions: {
    ...{ game_info: null, metadata: null },
    ...{ total_tasks: 0, completed_tasks: 0, failed_tasks: 0, processing_tasks: 0 },
  },
  tasks: {
    ...{ target_text: null, context: null, confidence: null, error_message: null },
    ...{ retry_count: 0, start_time: null, end_time: null, duration_ms: null },
  },
};

/**
 * The records of a job according to the answers to its writes, each with all its fields: a
 * description of the contract that shares no code with the service.
 */
export class AcknowledgedJob {
  readonly #records = { sessions: new Map<string, Fields>(), tasks: new Map<string, Fields>() };

  /** The batch was acknowledged; `timestamp` is from the answer. */
  acknowledge({ path, records }: Batch, timestamp: string): void {
    const known = this.#records[path];
    for (const sent of records) {
      const key = String(sent[KEYS[path]]);
      const before = known.get(key) ?? { ...INITIAL[path], created_at: timestamp };
      known.set(key, { ...before, ...asShown(sent, before), updated_at: timestamp });
    }
  }

  /** Newest first; includes finished ones that have unfinished tasks. */
  get incompleteSessions(): readonly Fields[] {
    return [...this.#records.sessions.values()]
      .filter((session) => !isFinished(session) || this.unfinishedTasks(session).length > 0)
      .sort((one, other) => inOrder(other, one, 'session_id'));
  }

  /** Oldest first. */
  unfinishedTasks({ session_id }: Fields): readonly Fields[] {
    return [...this.#records.tasks.values()]
      .filter((task) => task.session_id === session_id && !isFinished(task))
      .sort((one, other) => inOrder(one, other, 'task_id'));
  }
}

function asShown(sent: Fields, before: Fields): Fields {
  const shown: Record<string, unknown> = { ...sent };
  for (const name of INSTANTS) {
    if (typeof sent[name] === 'string') shown[name] = new Date(sent[name]).toISOString();
  }
  for (const name of COUNTERS) {
    if (name in sent) shown[name] = Math.max(Number(sent[name]), Number(before[name] ?? 0));
  }
  return shown;
}

function isFinished({ status }: Fields): boolean {
  return FINISHED.includes(String(status));
}

function inOrder(one: Fields, other: Fields, key: string): number {
  const order = ({ created_at, [key]: id }: Fields) => `${created_at} ${id}`;
  return order(one) < order(other) ? -1 : 1;
}

const TASKS_PER_BATCH = 20;
const ROUNDS = 12;
const GAME = { name: 'A Tale of Lanterns', '10': 1.5, '2': [1, { deep: null }], emoji: '🏮' };

/** A job of three sessions, in the batches that a translation backend sends, in their order. */
export function* aJob(): Generator<Batch> {
  yield {
    path: 'sessions',
    records: [
      aSession('done', { status: 'pending' }),
      aSession('running', { game_info: GAME, metadata: { target_language: 'fr' } }),
      aSession('late', { status: 'pending' }),
    ],
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    yield { path: 'tasks', records: tasksOf('running', round, () => ({ status: 'pending' })) };
    yield { path: 'tasks', records: tasksOf('running', round, begun) };
    yield { path: 'tasks', records: tasksOf('running', round, ended) };
    const counted = { total_tasks: (round + 1) * TASKS_PER_BATCH, completed_tasks: round * 5 };
    yield { path: 'sessions', records: [aSession('running', { ...counted, processing_tasks: 5 })] };
    yield { path: 'tasks', records: tasksOf('done', round, translated) };
    if (round === ROUNDS / 2) yield* otherSessionsEnd();
  }
}

/** One ends with all its tasks, and one has the status failed and still has unfinished tasks. */
function* otherSessionsEnd(): Generator<Batch> {
  yield { path: 'sessions', records: [aSession('done', { status: 'completed' })] };
  yield { path: 'tasks', records: tasksOf('late', 0, begun) };
  yield { path: 'sessions', records: [aSession('late', { status: 'failed', failed_tasks: 2 })] };
}

function tasksOf(session: string, round: number, fields: (index: number) => Fields): Fields[] {
  return Array.from({ length: TASKS_PER_BATCH }, (_, index) =>
    aTask(`${session}-${round}-${index}`, {
      session_id: session,
      batch_id: `b-${round}`,
      row_index: round * TASKS_PER_BATCH + index,
      source_text: `剣 ${index} 🗡 `,
      context: `items.sword.${index}`,
      ...fields(index),
    }),
  );
}

const translated = () => ({ status: 'completed', target_text: 'épée' });

const begun = (index: number) => ({
  status: 'in_progress',
  start_time: `2026-01-02T11:04:05.${100 + index}+08:00`,
});

/** One third is completed, one third has failed, one third is retried. */
const ended = (index: number): Fields =>
  [
    {
      status: 'completed',
      target_text: 'épée',
      confidence: 0.9731,
      end_time: '2026-01-02T03:04:06Z',
      duration_ms: 900 + index,
    },
    { status: 'failed', error_message: 'HTTP 500', retry_count: 3 },
    {
      status: 'retrying',
      error_message: `HTTP 429 ${'x'.repeat(index * 5000)}`,
      retry_count: 1,
      context: null,
      confidence: 0.1234,
    },
  ][index % 3] as Fields;
