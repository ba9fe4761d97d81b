import { InputError, type JsonRecord, readLines } from './read-lines.js';

/** Result of a first pass over the files: the sessions, and only the number of tasks. */
export interface Survey {
  readonly sessions: ReadonlyMap<string, JsonRecord>;
  /** Tasks in the file by session id. */
  readonly tasksOf: ReadonlyMap<string, number>;
  readonly tasks: number;
}

/** Throws InputError for a record without an id, and for a repeated session. */
export async function survey(sessionsFile: string, tasksFile: string): Promise<Survey> {
  const sessions = new Map<string, JsonRecord>();
  for await (const session of readLines(sessionsFile)) {
    const id = idOf(session, 'session_id', sessionsFile);
    if (sessions.has(id)) throw new InputError(`${sessionsFile}: session ${id} is repeated`);
    sessions.set(id, session);
  }
  const tasksOf = new Map<string, number>();
  let tasks = 0;
  for await (const task of readLines(tasksFile)) {
    idOf(task, 'task_id', tasksFile);
    const session = idOf(task, 'session_id', tasksFile);
    tasksOf.set(session, (tasksOf.get(session) ?? 0) + 1);
    tasks += 1;
  }
  return { sessions, tasksOf, tasks };
}

function idOf(record: JsonRecord, field: string, file: string): string {
  const id = record[field];
  if (typeof id === 'string' && id !== '') return id;
  throw new InputError(
    `${file}: a record has no ${field}: ${JSON.stringify(record).slice(0, 100)}`,
  );
}
