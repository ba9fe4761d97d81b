import type { ServiceClient } from './client.js';
import type { Progress } from './progress.js';
import { type JsonRecord, readLines } from './read-lines.js';
import { type Difference, differences } from './states.js';

export interface Verified {
  readonly sessions: number;
  readonly tasks: number;
  /** Records that were also read one by one. */
  readonly single: number;
  readonly differences: readonly Difference[];
}

/** One record in so many is also read by its id. */
const SINGLE_EVERY = 50;

/** Reads everything back, through lists with cursors and partly by id, and compares it field by field. */
export async function verify(
  client: ServiceClient,
  sessionsFile: string,
  tasksFile: string,
  progress: Progress,
): Promise<Verified> {
  const wrong: Difference[] = [];
  let single = 0;
  let sessions = 0;
  let tasks = 0;
  const compare = async (
    path: string,
    id: string,
    sent: JsonRecord,
    listed: JsonRecord | undefined,
  ) => {
    wrong.push(...differences(id, sent, listed));
    if ((sessions + tasks) % SINGLE_EVERY === 0) {
      single += 1;
      wrong.push(...differences(id, sent, await client.get(`${path}/${encodeURIComponent(id)}`)));
    }
    progress.step(1);
  };

  const storedSessions = await list(client, '/sessions', 'session_id');
  for await (const session of readLines(sessionsFile)) {
    const id = String(session.session_id);
    await compare('/sessions', id, session, storedSessions.get(id));
    sessions += 1;
  }
  // Tasks come grouped by session in such files; one session's are held at a time.
  let of = '';
  let stored = new Map<string, JsonRecord>();
  for await (const task of readLines(tasksFile)) {
    const session = String(task.session_id);
    if (session !== of) {
      of = session;
      stored = await list(client, `/sessions/${encodeURIComponent(session)}/tasks`, 'task_id');
    }
    const id = String(task.task_id);
    await compare('/tasks', id, task, stored.get(id));
    tasks += 1;
  }
  progress.done();
  return { sessions, tasks, single, differences: wrong };
}

async function list(
  client: ServiceClient,
  path: string,
  key: string,
): Promise<Map<string, JsonRecord>> {
  const records = new Map<string, JsonRecord>();
  let cursor = '';
  for (;;) {
    const page = await client.get(`${path}?page_size=100${cursor}`);
    for (const item of page.items as JsonRecord[]) records.set(String(item[key]), item);
    if (page.next_cursor === null) {
      if (records.size !== page.total)
        throw new Error(`${path}: ${records.size} records were listed, total says ${page.total}`);
      return records;
    }
    cursor = `&cursor=${encodeURIComponent(String(page.next_cursor))}`;
  }
}
