import { counted } from '../../src/cli/text.js';
import type { Collection, Service } from './client.js';
import { type Difference, differences, expectedSession, expectedTask } from './compare.js';
import type { Progress } from './progress.js';
import { type JsonRecord, readLines } from './read-lines.js';
import type { Survey } from './survey.js';

export interface VerifyOptions {
  readonly survey: Survey;
  readonly tasks: string;
  /** The value that was used for playing. */
  readonly startedAt: string;
  readonly progress: Progress;
}

export interface Verified {
  readonly sessions: number;
  readonly tasks: number;
  /** Rows that lists returned, including those of other jobs. */
  readonly rows: number;
  /** Records that were also read by id. */
  readonly single: number;
  readonly differences: number;
  /** The first differences. */
  readonly shown: readonly Difference[];
}

/** One record in this many is also read by its id. */
const SINGLE_EVERY = 50;
const SHOWN = 10;

/** Reads everything back, through lists with cursors and partly by id, and compares every field. */
export async function verify(service: Service, options: VerifyOptions): Promise<Verified> {
  const { survey, startedAt, progress } = options;
  let [sessions, tasks, rows, single, wrong] = [0, 0, 0, 0, 0];
  const shown: Difference[] = [];
  const note = (found: readonly Difference[]) => {
    wrong += found.length;
    shown.push(...found.slice(0, SHOWN - shown.length));
  };
  /** Of all sessions, or of the tasks of one. */
  const list = async (session: string | null, wanted: (id: string) => boolean) => {
    const listed = await listAll(service, session, wanted);
    const path = session === null ? '/sessions' : `/sessions/${session}/tasks`;
    rows += listed.rows;
    // An overlapping or skipping page shows in the number of rows.
    if (listed.rows !== listed.total) {
      note([{ id: path, field: 'total', sent: listed.total, found: counted(listed.rows, 'row') }]);
    }
    return listed.records;
  };
  const compare = async (
    collection: Collection,
    id: string,
    expected: JsonRecord,
    listed: JsonRecord | undefined,
  ) => {
    note(differences(id, expected, listed));
    if ((sessions + tasks) % SINGLE_EVERY === 0) {
      single += 1;
      note(differences(id, expected, await service.read(collection, id)));
    }
    progress.step(1);
  };

  const stored = await list(null, (id) => survey.sessions.has(id));
  for (const [id, session] of survey.sessions) {
    await compare('sessions', id, expectedSession(session), stored.get(id));
    sessions += 1;
  }

  // The tasks of a session are kept until the last of them is compared: in a file grouped by
  // session, only those of one session at a time.
  const held = new Map<string, { records: ReadonlyMap<string, JsonRecord>; left: number }>();
  for await (const task of readLines(options.tasks)) {
    const session = String(task.session_id);
    const of = held.get(session) ?? {
      records: await list(session, () => true),
      left: survey.tasksOf.get(session) ?? 0,
    };
    held.set(session, of);
    const id = String(task.task_id);
    await compare('tasks', id, expectedTask(task, startedAt), of.records.get(id));
    tasks += 1;
    of.left -= 1;
    if (of.left <= 0) held.delete(session);
  }
  progress.done();
  return { sessions, tasks, rows, single, differences: wrong, shown };
}

interface Listed {
  readonly records: ReadonlyMap<string, JsonRecord>;
  readonly rows: number;
  /** From the last page. */
  readonly total: unknown;
}

/** Reads every page of a list by cursor; keeps the wanted records. */
async function listAll(
  service: Service,
  session: string | null,
  wanted: (id: string) => boolean,
): Promise<Listed> {
  const records = new Map<string, JsonRecord>();
  const key = session === null ? 'session_id' : 'task_id';
  let rows = 0;
  let cursor: string | undefined;
  for (;;) {
    const page = await service.page(session, cursor);
    // The session does not exist: each of its tasks is reported as missing.
    if (page === null) return { records, rows, total: rows };
    for (const item of page.items) {
      rows += 1;
      const id = String(item[key]);
      if (wanted(id)) records.set(id, item);
    }
    if (page.next_cursor === null) return { records, rows, total: page.total };
    cursor = page.next_cursor;
  }
}
