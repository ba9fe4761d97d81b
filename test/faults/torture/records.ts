/**
 * The records of the torture run. Each carries its revision in several fields, so that a record
 * that was read back shows whether it is consistent.
 */
const STATUSES = ['pending', 'in_progress', 'completed'];
/**
 * Every third revision of a task carries the context; the others omit the field, which keeps its
 * value.
 */
const CONTEXT_EVERY = 3;

export interface FoundSession {
  readonly session_id: string;
  readonly filename: string;
  readonly completed_tasks: number;
}

export interface FoundTask {
  readonly task_id: string;
  readonly session_id: string;
  readonly row_index: number;
  readonly retry_count: number;
  readonly target_text: string;
  readonly context: string | null;
  readonly status: string;
}

export function aSession(key: string, revision: number, completed: number) {
  return {
    session_id: key,
    filename: `revision ${revision}`,
    file_path: '/torture.xlsx',
    status: 'processing',
    llm_provider: 'none',
    completed_tasks: completed,
  };
}

export function aTask(key: string, sessionKey: string, revision: number) {
  return {
    task_id: key,
    session_id: sessionKey,
    batch_id: 'b-1',
    sheet_name: 'torture',
    row_index: revision,
    column_name: 'fr',
    source_text: 'the translation that was paid for',
    target_text: textOf(key, revision),
    status: statusOf(revision),
    retry_count: revision,
    ...(carriesContext(revision) ? { context: String(revision) } : {}),
  };
}

export function carriesContext(revision: number): boolean {
  return revision % CONTEXT_EVERY === 0;
}

export function sessionRevision({ filename }: FoundSession): number {
  return Number(filename.replace('revision ', ''));
}

export function contextRevision({ context }: FoundTask): number | null {
  return context === null ? null : Number(context);
}

/** Throws if the task mixes revisions in fields that every revision carries. */
export function taskRevision(task: FoundTask): number {
  const { task_id, row_index: revision, retry_count, target_text, status } = task;
  const whole =
    retry_count === revision &&
    target_text === textOf(task_id, revision) &&
    status === statusOf(revision);
  if (!whole) throw new Error(`${task_id} is a mixture of revisions: ${JSON.stringify(task)}`);
  return revision;
}

export function isUnfinished({ status }: FoundTask): boolean {
  return status !== 'completed';
}

function textOf(key: string, revision: number): string {
  return `revision ${revision} of ${key} 🗡️`;
}

function statusOf(revision: number): string {
  return STATUSES[revision % STATUSES.length] ?? '';
}
