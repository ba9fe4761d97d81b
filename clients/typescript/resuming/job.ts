import type { Schemas } from '../operations.js';
import type { Session, SessionWrite, Task, TaskWrite } from '../records.js';

type QuarantinedRecord = Schemas['QuarantinedRecord'];

/** A session to work on. `status` may be left out; it is `processing`. */
export type SessionToResume = Omit<SessionWrite, 'status'> & Partial<Pick<SessionWrite, 'status'>>;
/** A task of a new session. `session_id` and `status` (`pending`) may be left out. */
export type NewTask = Omit<TaskWrite, 'session_id' | 'status'> &
  Partial<Pick<TaskWrite, 'session_id' | 'status'>>;
export type NewTasks = Iterable<NewTask> | AsyncIterable<NewTask>;

/** A session, and what is left to do for it. */
export interface Resumed {
  readonly sessionId: string;
  readonly session: Session;
  /** Whether this run posted its tasks. None of them was translated before. */
  readonly isNew: boolean;
  /** The number of tasks that this run posted: 0 unless it is new. */
  readonly posted: number;
  /** Whether it was finished before this run. `tasks` is then empty. */
  readonly isFinished: boolean;
  /** The unfinished tasks: each is to be translated once. */
  readonly tasks: readonly Task[];
  /** Its tasks that the store refused. Those with a result are not in `tasks`. */
  readonly quarantined: readonly QuarantinedRecord[];
  /** The session as this run posts it. */
  readonly working: SessionWrite;
}

/** How a session stands at the end of a run. */
export interface Finished {
  /** `completed`, `failed` (a task failed), or as before. */
  readonly status: string;
  /** The number of its stored tasks by status. */
  readonly byStatus: Readonly<Record<string, number>>;
  readonly unfinished: number;
  /** Tasks that this run posted, less those that are stored. */
  readonly missing: number;
  /** Tasks that the store refused; they are in quarantine, and not lost. */
  readonly quarantined: readonly QuarantinedRecord[];
}
