import type { PersistenceClient } from '../client.js';
import { SessionNotStoredError, TasksNotPostedError } from '../errors.js';
import type { Session } from '../records.js';
import type { CallOptions } from '../transport/transport.js';
import type { NewTasks, Resumed, SessionToResume } from './job.js';
import { orNull } from './or-null.js';
import { type Prepared, prepare } from './prepare.js';
import { quarantinedOf } from './quarantined.js';
import { isFinished, leftToDo, PREPARING, workingSession } from './rules.js';

export interface ResumeOptions extends CallOptions {
  /** Work on the unfinished tasks of a finished session, too. Default: false. */
  readonly reopen?: boolean | undefined;
}

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
 * Throws TasksNotPostedError if an earlier run did not post all tasks, and this one has none.
 * Throws RefusedTasksError if the service refused some of the new tasks, TasksNotStoredError if it
 * does not have all of them, and InvalidValueError for a task id that is given twice; the next run
 * posts all again. Throws SessionNotStoredError, InvalidValueError, and what the client throws.
 */
export async function resume(
  client: PersistenceClient,
  session: SessionToResume,
  tasks?: NewTasks | (() => NewTasks),
  { reopen = false, ...options }: ResumeOptions = {},
): Promise<Resumed> {
  let prepared: Prepared = { working: workingSession(session), posted: 0 };
  const { session_id } = prepared.working;
  let isNew = false;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const found = await orNull(client.getSession(session_id, options));
    if (found === null && isNew) break;
    if (found === null || (found.status === PREPARING && tasks !== undefined)) {
      prepared = await prepare(client, prepared.working, tasks, options);
      isNew = true;
    } else if (found.status === PREPARING) {
      throw new TasksNotPostedError(session_id);
    } else if (isFinished(found.status) && !reopen) {
      const quarantined = await quarantinedOf(client, session_id, options);
      return jobOf(found, { ...prepared, isNew, isFinished: true, quarantined });
    }
    const resumed = await restore(client, { ...prepared, isNew }, reopen, options);
    if (resumed !== null) return resumed;
  }
  throw new SessionNotStoredError(session_id);
}

/** Null if the store does not have the session. */
async function restore(
  client: PersistenceClient,
  run: Prepared & Pick<Resumed, 'isNew'>,
  reopen: boolean,
  options: CallOptions,
): Promise<Resumed | null> {
  const { session_id } = run.working;
  // Before and after: a result that is requeued meanwhile may be in neither of the other two.
  const before = await quarantinedOf(client, session_id, options);
  const restored = await orNull(client.restoreSession(session_id, options));
  if (restored === null) return null;
  const { session } = restored;
  // Another run prepares it just now. What this run has posted may wait in another instance.
  if (session.status === PREPARING && !run.isNew) throw new TasksNotPostedError(session_id);
  const quarantined = await quarantinedOf(client, session_id, options);
  const tasks = leftToDo(restored.tasks, [...before, ...quarantined]);
  if (!isFinished(session.status)) {
    return jobOf(session, { ...run, isFinished: false, tasks, quarantined });
  }
  // Somebody may have ended it just now.
  if (!reopen || tasks.length === 0) {
    return jobOf(session, { ...run, isFinished: true, quarantined });
  }
  await client.acceptSessions([run.working], {}, options);
  return jobOf(session, { ...run, isFinished: false, tasks, quarantined });
}

function jobOf(
  session: Session,
  found: Omit<Resumed, 'sessionId' | 'session' | 'tasks'> & Partial<Pick<Resumed, 'tasks'>>,
): Resumed {
  return { sessionId: found.working.session_id, session, tasks: [], ...found };
}
