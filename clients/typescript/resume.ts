import type { PersistenceClient } from './client.js';
import { ApiError, InvalidValueError } from './errors.js';
import {
  FINISHED_STATUSES,
  type Session,
  type SessionWrite,
  type Task,
  type TaskWrite,
} from './records.js';
import type { CallOptions } from './transport/transport.js';
import { TaskWriter } from './writer/task-writer.js';

/** A session as it was found, and what is left to do: iterate over it for the unfinished tasks. */
export interface Job extends Iterable<Task> {
  /**
   * `new`: the service did not have it, or not all of its tasks; it has them now. `unfinished`: an
   * earlier run was interrupted. `finished`: there is nothing to do.
   */
  readonly found: 'new' | 'unfinished' | 'finished';
  readonly session: Session;
  /** The unfinished tasks; none of a finished session. */
  readonly tasks: readonly Task[];
}

type NewTasks = Iterable<TaskWrite> | AsyncIterable<TaskWrite>;

/** A session whose tasks are not all sent. No task of it was worked on. */
const PREPARING = 'preparing';

/**
 * Looks whether the service knows the session, before it writes anything: a finished task that is
 * posted as pending again would be paid for twice.
 *
 * An unknown session is posted with `newTasks`: first as `preparing`, then its tasks, then with its
 * own status, so that an interrupted start is found and repeated. Of an unfinished session, the
 * unfinished tasks are read. A finished one is left as it is.
 *
 * Throws InvalidValueError if the status of the session is a finished one, RefusedTasksError, and
 * what the client throws.
 */
export async function resume(
  client: PersistenceClient,
  session: SessionWrite,
  newTasks?: NewTasks | (() => NewTasks),
  options: CallOptions = {},
): Promise<Job> {
  if (FINISHED_STATUSES.includes(session.status)) {
    throw new InvalidValueError('status', `a session that is ${session.status} is not worked on`);
  }
  const id = session.session_id;
  const stored = await find(client, id, options);
  if (stored !== null && FINISHED_STATUSES.includes(stored.status)) {
    return jobOf('finished', stored, []);
  }
  const isPrepared = stored !== null && (stored.status !== PREPARING || newTasks === undefined);
  if (!isPrepared) await prepare(client, session, newTasks, options);
  const restored = await client.restoreSession(id, options);
  return jobOf(isPrepared ? 'unfinished' : 'new', restored.session, restored.tasks);
}

async function find(
  client: PersistenceClient,
  id: string,
  options: CallOptions,
): Promise<Session | null> {
  try {
    return await client.getSession(id, options);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

async function prepare(
  client: PersistenceClient,
  session: SessionWrite,
  newTasks: NewTasks | (() => NewTasks) | undefined,
  options: CallOptions,
): Promise<void> {
  if (newTasks !== undefined) {
    // The session comes first: tasks that arrive before it go to quarantine.
    await client.acceptSessions([{ ...session, status: PREPARING }], {}, options);
    await using writer = new TaskWriter(client, { signal: options.signal });
    for await (const task of typeof newTasks === 'function' ? newTasks() : newTasks) {
      await writer.put(task);
    }
    await writer.flush();
  }
  await client.acceptSessions([session], {}, options);
}

function jobOf(found: Job['found'], session: Session, tasks: readonly Task[]): Job {
  return { found, session, tasks, [Symbol.iterator]: () => tasks[Symbol.iterator]() };
}
