import { InvalidValueError } from '../errors.js';
import type { Schemas } from '../operations.js';
import { FINISHED_STATUSES, type SessionWrite, type Task, type TaskWrite } from '../records.js';
import type { NewTask, SessionToResume } from './job.js';

type QuarantinedRecord = Schemas['QuarantinedRecord'];

/** The status of a session whose tasks are not all posted yet. None of them is translated. */
export const PREPARING = 'preparing';
const TASKS = 'translation_tasks';

export const isFinished = (status: unknown) => FINISHED_STATUSES.includes(String(status));

/** The session as it is posted when its tasks are. Throws InvalidValueError. */
export function workingSession(session: SessionToResume): SessionWrite {
  const { status = 'processing' } = session;
  if (isFinished(status) || status === PREPARING) {
    const reason = `a session that is ${status} is not worked on; leave it out, or use processing`;
    throw new InvalidValueError('status', reason);
  }
  return { ...session, status };
}

/** A task of a new session, whole. Throws InvalidValueError if it names another session. */
export function newTask(session_id: string, task: NewTask): TaskWrite {
  const whole: TaskWrite = {
    status: 'pending',
    ...task,
    session_id: task.session_id ?? session_id,
  };
  if (whole.session_id === session_id) return whole;
  throw new InvalidValueError('session_id', `${whole.session_id} is not ${session_id}`);
}

/** Whether the record is a task of the session. */
export function isTaskOf(session_id: string, { collection, record }: QuarantinedRecord): boolean {
  return collection === TASKS && record.session_id === session_id;
}

/** The unfinished tasks without those whose result waits in quarantine: it is paid for. */
export function leftToDo(
  tasks: readonly Task[],
  quarantined: readonly QuarantinedRecord[],
): readonly Task[] {
  const paid = new Set(
    quarantined.flatMap(({ key, record }) => (isFinished(record.status) ? [key] : [])),
  );
  return tasks.filter(({ task_id }) => !paid.has(task_id));
}

type Counts = Readonly<Record<string, number>>;

/** The number of tasks with an unfinished status. */
export function unfinishedIn(byStatus: Counts): number {
  return sum(Object.entries(byStatus).flatMap(([status, n]) => (isFinished(status) ? [] : [n])));
}

/** The last status and the counters of a session whose tasks are all finished. */
export function finalState({ completed = 0, failed = 0, ...others }: Counts) {
  return {
    status: failed > 0 ? 'failed' : 'completed',
    total_tasks: completed + failed + sum(Object.values(others)),
    completed_tasks: completed,
    failed_tasks: failed,
    processing_tasks: 0,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
