import fc from 'fast-check';
import {
  BATCHES,
  FILENAMES,
  NO_SUCH_ID,
  often,
  SESSION_IDS,
  SHEETS,
  STATUSES,
  session,
  spoiling,
  TASK_IDS,
  task,
} from './values.js';

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Relative to the base of the API, or absolute. */
  readonly path: string;
  readonly body?: unknown;
}

/**
 * An action of a client. Ids of quarantined records differ per store, so records are named by their
 * position.
 */
export type Deed =
  | { readonly kind: 'call'; readonly call: Call }
  /** The page after the last requested list. */
  | { readonly kind: 'next-page' }
  /** Null: all records. */
  | { readonly kind: 'requeue'; readonly places: readonly number[] | null }
  | { readonly kind: 'drop'; readonly place: number };

export interface Step {
  /** Milliseconds of pause before the action. */
  readonly pause: number;
  readonly deed: Deed;
}

const HOUR = 3_600_000;
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 250, 1000) },
  { weight: 3, arbitrary: fc.constantFrom(29_999, 30_000, 61_000) },
  { weight: 1, arbitrary: fc.constantFrom(13 * HOUR, 24 * HOUR, 31 * 24 * HOUR) },
);

const call = (method: Call['method'], path: string, body?: unknown): Deed => ({
  kind: 'call',
  call: body === undefined ? { method, path } : { method, path, body },
});

function batchOf(property: 'sessions' | 'tasks', record: typeof session): fc.Arbitrary<Deed> {
  const batch = fc.array(record, { maxLength: 6, size: 'max' });
  const spoilt = fc
    .tuple(batch, record, spoiling, batch)
    .map(([before, bad, how, after]) => [...before, { ...bad, ...how }, ...after]);
  const path = fc.constantFrom(`${property}/batch`, `${property}/batch?ack=stored`);
  return fc
    .tuple(path, fc.oneof({ weight: 9, arbitrary: batch }, { weight: 1, arbitrary: spoilt }))
    .map(([to, records]) => call('POST', to, { [property]: records }));
}

const one = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const sessionId = often([...SESSION_IDS, NO_SUCH_ID], 3).map(encodeURIComponent);
const taskId = often([...TASK_IDS, NO_SUCH_ID], 3).map(encodeURIComponent);
const dates = one(
  '2026-11-24',
  '2026-11-24T12:00:01',
  '2026-12-25T03:00:00.250+03:00',
  '1000-01-01',
  '9999-12-31',
);

/** A query of some of these parameters. */
function query(parameters: Readonly<Record<string, fc.Arbitrary<string | number | boolean>>>) {
  return fc.record(parameters, { requiredKeys: [] }).map((chosen) => {
    const text = Object.entries(chosen).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    return new URLSearchParams(text).toString();
  });
}

const pages = {
  page: one(1, 1, 2, 3, 0, 2_147_483_647),
  page_size: one(1, 2, 3, 5, 100, 1000),
  order: one('asc', 'desc'),
  fresh: one(true, true, false),
};
const status = one(...STATUSES, 'pending,processing', 'failed, completed,', 'none', 'Pending');
const parts = one(...FILENAMES, '', '%', '_', '\\', 'A', 'é', '🏖');
const sessionFilters = {
  status,
  llm_provider: one('openai', 'openai,deepseek', 'OpenAI'),
  updated_from: dates,
  updated_to: dates,
  include: one('progress', 'progress', 'progress', 'tasks'),
  filename: parts,
  from_date: dates,
  to_date: dates,
  sort_by: one('created_at', 'updated_at', 'filename', 'status', 'row_index', 'session_id'),
};
const taskFilters = {
  status,
  sheet_name: one(...SHEETS),
  batch_id: one(...BATCHES),
  column_name: one('fr', 'FR ', 'FR'),
  text: parts,
  sort_by: one('created_at', 'updated_at', 'row_index', 'status', 'filename', 'task_id'),
};

const list: fc.Arbitrary<Deed> = fc.oneof(
  query({ ...pages, ...sessionFilters }).map((text) => call('GET', `sessions?${text}`)),
  query({
    ...pages,
    ...taskFilters,
    session_id: one(...SESSION_IDS),
    from_date: dates,
    to_date: dates,
    updated_from: dates,
    updated_to: dates,
  }).map((text) => call('GET', `tasks?${text}`)),
  fc
    .tuple(sessionId, query({ ...pages, ...taskFilters }))
    .map(([id, text]) => call('GET', `sessions/${id}/tasks?${text}`)),
);

const place = fc.nat({ max: 4 });
const retries = fc.record(
  {
    sheet_name: one(...SHEETS),
    batch_id: one(...BATCHES),
    task_ids: fc.array(one(...TASK_IDS, NO_SUCH_ID), { maxLength: 3 }),
    message: one('', 'timed out', 'timeout <number>', 'timeout 7'),
  },
  { requiredKeys: [] },
);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 10, arbitrary: batchOf('sessions', session) },
  { weight: 16, arbitrary: batchOf('tasks', task) },
  { weight: 4, arbitrary: one(call('POST', 'flush')) },
  { weight: 5, arbitrary: sessionId.map((id) => call('GET', `sessions/${id}`)) },
  { weight: 8, arbitrary: taskId.map((id) => call('GET', `tasks/${id}`)) },
  { weight: 16, arbitrary: list },
  { weight: 8, arbitrary: one<Deed>({ kind: 'next-page' }) },
  { weight: 4, arbitrary: sessionId.map((id) => call('POST', `recovery/restore/${id}`)) },
  { weight: 2, arbitrary: one(call('GET', 'recovery/incomplete-sessions')) },
  { weight: 5, arbitrary: one(call('GET', 'stats?fresh=true'), call('GET', 'stats')) },
  {
    weight: 4,
    arbitrary: sessionId.map((id) => call('GET', `sessions/${id}/progress?fresh=true`)),
  },
  {
    weight: 3,
    arbitrary: query({
      session_id: one(...SESSION_IDS),
      limit: one(1, 50, 0),
      fresh: one(true),
    }).map((text) => call('GET', `failures?${text}`)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(sessionId, retries)
      .map(([id, body]) => call('POST', `sessions/${id}/retry`, body)),
  },
  { weight: 3, arbitrary: sessionId.map((id) => call('DELETE', `sessions/${id}`)) },
  {
    weight: 3,
    arbitrary: query({
      completed_days: one(0, 1, 30, 36_500, -1),
      failed_days: one(0, 1, 30),
      dry_run: one(true, false),
    }).map((text) => call('POST', `sessions/cleanup?${text}`)),
  },
  {
    weight: 4,
    arbitrary: query({ page_size: one(2, 100) }).map((text) => call('GET', `quarantine?${text}`)),
  },
  {
    weight: 3,
    arbitrary: fc
      .oneof(fc.constant(null), fc.array(place, { maxLength: 3 }))
      .map((places): Deed => ({ kind: 'requeue', places })),
  },
  { weight: 2, arbitrary: place.map((at): Deed => ({ kind: 'drop', place: at })) },
  { weight: 2, arbitrary: one(call('GET', '/health')) },
);

const batch = (records: fc.Arbitrary<Record<string, unknown>>, of: 'sessions' | 'tasks') =>
  fc
    .tuple(fc.array(records, { minLength: 1, maxLength: 3 }), one('', '?ack=stored'))
    .map(([some, how]) => call('POST', `${of}/batch${how}`, { [of]: some }));

/** Sequences that are rare by chance: actions on one session, in turn. */
const ordeal: fc.Arbitrary<readonly Deed[]> = often(SESSION_IDS, 3).chain((session_id) => {
  const id = encodeURIComponent(session_id);
  const aSession = batch(
    session.map((record) => ({ ...record, session_id })),
    'sessions',
  );
  const tasks = batch(
    task.map((record) => ({ ...record, session_id })),
    'tasks',
  );
  const remove = one(call('DELETE', `sessions/${id}`));
  const restore = one(call('POST', `recovery/restore/${id}`));
  const incomplete = one(call('GET', 'recovery/incomplete-sessions'));
  const health = one(call('GET', '/health'));
  const look = one(
    call('GET', `sessions/${id}/tasks?fresh=true`),
    call('GET', `sessions/${id}`),
    call('GET', 'quarantine?page_size=100'),
  );
  const cleanUp = one(call('POST', 'sessions/cleanup?completed_days=0&failed_days=0'));
  return fc.oneof(
    // Orphans, which are released by their session.
    fc.tuple(tasks, health, aSession, restore),
    // Writes after a delete, the tasks first.
    fc.tuple(aSession, tasks, remove, tasks, look, aSession, restore),
    fc.tuple(tasks, remove, aSession, look),
    // A finished session, with tasks that may be unfinished.
    fc.tuple(
      aSession.map((deed) => finished(deed)),
      tasks,
      incomplete,
      cleanUp,
      look,
    ),
  );
});

function finished(deed: Deed): Deed {
  if (deed.kind !== 'call') return deed;
  const { sessions = [] } = deed.call.body as { sessions?: object[] };
  const body = { sessions: sessions.map((each) => ({ ...each, status: 'completed' })) };
  return { kind: 'call', call: { ...deed.call, body } };
}

const steps: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ pause, deed }).map((step) => [step]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(ordeal, fc.infiniteStream(pause))
      .map(([deeds, pauses]) =>
        deeds.map((each) => ({ pause: pauses.next().value as number, deed: each })),
      ),
  },
);

/** The actions of a client on a service that is empty at first. */
export const history: fc.Arbitrary<readonly Step[]> = fc
  .array(steps, { minLength: 8, maxLength: 40, size: 'max' })
  .map((each) => each.flat());
