import type { PersistenceClient } from '../client.js';
import { ApiError, SessionNotStoredError } from '../errors.js';
import { eachQuarantined } from '../lists.js';
import type { Schemas } from '../operations.js';
import type { Session, SessionWrite } from '../records.js';
import type { CallOptions } from '../transport/transport.js';
import { TaskWriter } from '../writer/task-writer.js';
import type { NewTasks, Resumed, SessionToResume } from './job.js';
import { isFinished, isTaskOf, leftToDo, newTask, PREPARING, workingSession } from './rules.js';

export interface ResumeOptions extends CallOptions {
  /** Work on the unfinished tasks of a finished session, too. Default: false. */
  readonly reopen?: boolean | undefined;
}

/** Tasks of each request that posts those of a new session. */
const NEW_TASKS_AT_ONCE = 1_000;

/**
 * What is left to do for a session. It reads before it writes, so nothing is paid twice.
 *
 * An unknown session is posted, with its tasks. A session whose tasks were not all posted, as an
 * earlier run ended before, is posted again: nothing of it was translated. Of an unfinished session
 * the unfinished tasks are returned, those that a retry set back included. Of a finished one
 * (`completed`, `failed`, `cancelled`, `skipped`) none are.
 *
 * `tasks` are those of a new session, read only if they are needed, so a generator will do. Without
 * them, post them yourself.
 *
 * Throws RefusedTasksError if the service refused some of the new tasks (the next run posts all
 * again), SessionNotStoredError, InvalidValueError, and what the client throws.
 */
export async function resume(
  client: PersistenceClient,
  session: SessionToResume,
  tasks?: NewTasks | (() => NewTasks),
  { reopen = false, ...options }: ResumeOptions = {},
): Promise<Resumed> {
  let working = workingSession(session);
  const { session_id } = working;
  let isNew = false;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const found = await orNull(client.getSession(session_id, options));
    if (found === null && isNew) break;
    if (found === null || (found.status === PREPARING && tasks !== undefined)) {
      working = await prepare(client, working, tasks, options);
      isNew = true;
    } else if (isFinished(found.status) && !reopen) {
      const quarantined = await quarantinedOf(client, session_id, options);
      return jobOf(found, working, { isNew, isFinished: true, quarantined });
    }
    const resumed = await restore(client, working, { isNew, reopen }, options);
    if (resumed !== null) return resumed;
  }
  throw new SessionNotStoredError(session_id);
}

/** The tasks of a session that the store refused. The service has no list of a session: all pages. */
export async function quarantinedOf(
  client: PersistenceClient,
  session_id: string,
  options: CallOptions,
): Promise<readonly Schemas['QuarantinedRecord'][]> {
  const found: Schemas['QuarantinedRecord'][] = [];
  for await (const record of eachQuarantined(client, undefined, options)) {
    if (isTaskOf(session_id, record)) found.push(record);
  }
  return found;
}

/** Posts a new session and its tasks. Returns the session as it was posted last. */
async function prepare(
  client: PersistenceClient,
  working: SessionWrite,
  tasks: NewTasks | (() => NewTasks) | undefined,
  options: CallOptions,
): Promise<SessionWrite> {
  let whole = working;
  if (tasks !== undefined) {
    // The session comes first: a task that arrives before it goes to quarantine.
    await client.acceptSessions([{ ...working, status: PREPARING }], {}, options);
    const { signal } = options;
    await using writer = new TaskWriter(client, { maxRecords: NEW_TASKS_AT_ONCE, signal });
    let total_tasks = 0;
    for await (const task of typeof tasks === 'function' ? tasks() : tasks) {
      await writer.put(newTask(working.session_id, task));
      total_tasks += 1;
    }
    await writer.flush();
    whole = { total_tasks, ...working };
  }
  await client.acceptSessions([whole], {}, options);
  return whole;
}

/** Null if the store does not have the session. */
async function restore(
  client: PersistenceClient,
  working: SessionWrite,
  { isNew, reopen }: { readonly isNew: boolean; readonly reopen: boolean },
  options: CallOptions,
): Promise<Resumed | null> {
  const restored = await orNull(client.restoreSession(working.session_id, options));
  if (restored === null) return null;
  const { session } = restored;
  const quarantined = await quarantinedOf(client, working.session_id, options);
  const tasks = leftToDo(restored.tasks, quarantined);
  if (!isFinished(session.status)) {
    return jobOf(session, working, { isNew, isFinished: false, tasks, quarantined });
  }
  // Somebody may have ended it just now.
  if (!reopen || tasks.length === 0) {
    return jobOf(session, working, { isNew, isFinished: true, quarantined });
  }
  await client.acceptSessions([working], {}, options);
  return jobOf(session, working, { isNew, isFinished: false, tasks, quarantined });
}

function jobOf(
  session: Session,
  working: SessionWrite,
  found: Pick<Resumed, 'isNew' | 'isFinished' | 'quarantined'> & Partial<Pick<Resumed, 'tasks'>>,
): Resumed {
  return { sessionId: working.session_id, session, tasks: [], working, ...found };
}

async function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
