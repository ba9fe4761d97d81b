import { PersistenceError } from '../errors.js';
import type { TaskWrite } from '../records.js';

/** A task that the service does not take as it is. */
export interface Refusal {
  readonly task: TaskWrite;
  /** Why, such as `status: expected lower-case letters …`. */
  readonly reason: string;
  /**
   * The service has it in quarantine: a task whose session is missing is stored as soon as the
   * session arrives. Otherwise the service does not have this state.
   */
  readonly inQuarantine: boolean;
}

/** The service refused tasks, and would refuse them again. All others are sent. */
export class RefusedTasksError extends PersistenceError {
  override readonly name = 'RefusedTasksError';

  constructor(
    readonly refused: readonly Refusal[],
    cause: unknown,
  ) {
    const [first] = refused;
    const more = refused.length > 1 ? ` (and ${refused.length - 1} more)` : '';
    super(`${first?.task.task_id} was refused: ${first?.reason}${more}`, { cause });
  }
}

/**
 * The service cannot be reached, or refused the request itself (`cause`). From `put` and `flush`: the
 * writer still has the tasks, and sends them again by itself. From `close` and the end of
 * `await using`: it gives up. The service may not have these tasks.
 */
export class UnsentTasksError extends PersistenceError {
  override readonly name = 'UnsentTasksError';

  constructor(
    readonly tasks: readonly TaskWrite[],
    /** Tasks that the service refused, and that were not thrown yet. */
    readonly refused: readonly Refusal[],
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${tasks.length} tasks are not sent: ${reason}`, { cause });
  }
}
