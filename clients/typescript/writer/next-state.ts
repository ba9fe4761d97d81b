import { InvalidValueError } from '../errors.js';
import type { Task, TaskWrite } from '../records.js';
import { errorText } from './error-text.js';

/** What a write of a task requires, besides its status. */
type Required = Exclude<
  {
    [Name in keyof TaskWrite]-?: undefined extends TaskWrite[Name] ? never : Name;
  }[keyof TaskWrite],
  'status'
>;
const REQUIRED: Readonly<Record<Required, true>> = {
  task_id: true,
  session_id: true,
  batch_id: true,
  sheet_name: true,
  row_index: true,
  column_name: true,
  source_text: true,
};

/** Further fields of a write that ends a task. */
export type MoreFields = Partial<TaskWrite>;

/**
 * The task is translated. An error of an earlier attempt is cleared. Throws InvalidValueError for a
 * translation that is no text: `undefined` would complete the task without one.
 */
export function completed(
  task: Task | TaskWrite,
  target_text: string,
  more: MoreFields,
): TaskWrite {
  if (typeof target_text !== 'string') {
    const reason = `expected a text, got ${target_text === null ? 'null' : typeof target_text}; for a task without a translation call fail(task, error)`;
    throw new InvalidValueError('target_text', reason);
  }
  return nextState(task, 'completed', { target_text, error_message: null, ...more });
}

/** The task failed; the text of the error is kept, without what the service would refuse. */
export function failed(task: Task | TaskWrite, error: unknown, more: MoreFields): TaskWrite {
  return nextState(task, 'failed', { error_message: errorText(error), ...more });
}

/** What changes and what is required. The service keeps the values of all other fields. */
function nextState(task: Task | TaskWrite, status: string, changes: MoreFields): TaskWrite {
  const names = Object.keys(REQUIRED) as Required[];
  const missing = names.filter((name) => task[name] === undefined);
  if (missing.length > 0) {
    throw new InvalidValueError('task', `${task.task_id} has no ${missing.join(', ')}`);
  }
  const required = Object.fromEntries(names.map((name) => [name, task[name]]));
  return { ...(required as Pick<TaskWrite, Required>), status, ...changes } as TaskWrite;
}
