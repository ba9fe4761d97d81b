import type { PersistenceClient } from '../client.js';
import { InvalidValueError, SessionNotStoredError, TasksNotStoredError } from '../errors.js';
import type { SessionWrite } from '../records.js';
import type { CallOptions } from '../transport/transport.js';
import { TaskWriter } from '../writer/task-writer.js';
import type { NewTasks } from './job.js';
import { orNull } from './or-null.js';
import { quarantinedOf } from './quarantined.js';
import { newTask, PREPARING } from './rules.js';

/** Tasks of each request that posts those of a new session. */
const NEW_TASKS_AT_ONCE = 1_000;

export interface Prepared {
  /** The session as it was posted last. */
  readonly working: SessionWrite;
  /** The number of its tasks. */
  readonly posted: number;
}

/** Posts a new session and its tasks. It is `preparing` until the service has all of them. */
export async function prepare(
  client: PersistenceClient,
  working: SessionWrite,
  tasks: NewTasks | (() => NewTasks) | undefined,
  options: CallOptions,
): Promise<Prepared> {
  let whole = working;
  let posted = 0;
  if (tasks !== undefined) {
    // The session comes first: a task that arrives before it goes to quarantine.
    await client.acceptSessions([{ ...working, status: PREPARING }], {}, options);
    posted = await postTasks(client, working.session_id, tasks, options);
    await checkStored(client, working.session_id, posted, options);
    whole = { total_tasks: posted, ...working };
  }
  await client.acceptSessions([whole], {}, options);
  return { working: whole, posted };
}

/** Returns their number. Throws InvalidValueError if an id is given twice: one cell would be lost. */
async function postTasks(
  client: PersistenceClient,
  session_id: string,
  tasks: NewTasks | (() => NewTasks),
  options: CallOptions,
): Promise<number> {
  const ids = new Set<string>();
  const writer = new TaskWriter(client, {
    maxRecords: NEW_TASKS_AT_ONCE,
    signal: options.signal,
  });
  try {
    for await (const given of typeof tasks === 'function' ? tasks() : tasks) {
      const task = newTask(session_id, given);
      if (ids.has(task.task_id)) {
        const reason = `${task.task_id} is given twice; two cells would become one`;
        throw new InvalidValueError('task_id', reason);
      }
      await writer.put(task);
      ids.add(task.task_id);
    }
    await writer.close();
  } catch (error) {
    // Its own error would hide the first one.
    await writer.close().catch(() => undefined);
    throw error;
  }
  return ids.size;
}

/** Throws TasksNotStoredError if the service that answers has fewer tasks than were posted. */
async function checkStored(
  client: PersistenceClient,
  session_id: string,
  posted: number,
  options: CallOptions,
): Promise<void> {
  if (posted === 0) return;
  const progress = await orNull(client.getSessionProgress(session_id, { fresh: true }, options));
  if (progress === null) throw new SessionNotStoredError(session_id);
  if (progress.total >= posted) return;
  const quarantined = await quarantinedOf(client, session_id, options);
  const missing = posted - progress.total - new Set(quarantined.map(({ key }) => key)).size;
  if (missing > 0) throw new TasksNotStoredError(session_id, posted, missing);
}
