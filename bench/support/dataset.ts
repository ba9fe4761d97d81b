import { join } from 'node:path';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { SqliteBackend } from '../../src/adapters/storage/sqlite/sqlite-backend.js';
import { SystemClock } from '../../src/adapters/time/system-clock.js';
import { COLLECTIONS } from '../../src/domain/collections/list.js';
import { SESSIONS } from '../../src/domain/collections/sessions.js';
import { TASKS } from '../../src/domain/collections/tasks.js';
import { versionAt } from '../../src/domain/version.js';
import { newWrite, type Write } from '../../src/domain/write.js';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { databaseOf, type Place } from './place.js';
import { sessionBody, taskBody } from './records.js';

const DAY = 86_400_000;
const ROWS = 1000;
/** Sessions that are written at the same time. */
const LANES = 2;
/** Sessions between two lines about the progress. */
const REPORTED = 500;
/** Per session, except the large one. */
export const TASKS_PER_SESSION = 1000;
/** One in ten sessions is old enough that a cleanup with the default policy deletes it. */
const EXPIRED_EVERY = 10;
const EXPIRED_DAYS = 120;
export const LARGE_SESSION = 'd-large';

export interface Dataset {
  readonly sessions: number;
  readonly tasks: number;
  /** Unfinished tasks of LARGE_SESSION, in addition to `tasks`. */
  readonly unfinished: number;
}

/**
 * Writes the data set through the storage backends of the service: sessions `d-0` … with 1,000
 * tasks each, created over the last thirty days (one in ten: 120 days ago), four in five tasks
 * completed; and one session with only unfinished tasks.
 */
export async function fill(
  place: Place,
  { sessions, unfinished }: Dataset,
  onProgress: (what: string) => void,
): Promise<void> {
  const backend = backendOf(place);
  await backend.open();
  const now = Date.now();
  const begun = performance.now();
  let next = 0;
  const lane = async () => {
    for (let session = next++; session < sessions; session = next++) {
      await fillSession(backend, session, sessions, now);
      if ((session + 1) % REPORTED !== 0) continue;
      const seconds = Math.round((performance.now() - begun) / 1000);
      onProgress(`${(session + 1) * TASKS_PER_SESSION} tasks after ${seconds} s`);
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
    await backend.write(SESSIONS, [
      { ...sessionWrite(sessions, 'processing', now), key: LARGE_SESSION },
    ]);
    for (let from = 0; from < unfinished; from += ROWS) {
      await backend.write(
        TASKS,
        Array.from({ length: ROWS }, (_, task) =>
          taskWrite(from + task, LARGE_SESSION, now - 60_000 + from + task, 'u', 'pending'),
        ),
      );
    }
  } finally {
    await backend.close();
  }
}

async function fillSession(
  backend: StorageBackend,
  session: number,
  sessions: number,
  now: number,
): Promise<void> {
  const expired = session % EXPIRED_EVERY === 0;
  const begun = expired
    ? now - EXPIRED_DAYS * DAY
    : now - 30 * DAY + Math.floor((session / sessions) * 29 * DAY);
  const status = expired || session % 3 > 0 ? 'completed' : 'processing';
  await backend.write(SESSIONS, [sessionWrite(session, status, begun)]);
  await backend.write(
    TASKS,
    Array.from({ length: TASKS_PER_SESSION }, (_, task) =>
      taskWrite(
        session * TASKS_PER_SESSION + task,
        `d-${session}`,
        begun + task * 20,
        'd',
        // A cleanup leaves sessions with unfinished tasks.
        expired ? 'completed' : undefined,
      ),
    ),
  );
}

function sessionWrite(session: number, status: string, at: number): Write {
  const { session_id, game_info, ...fields } = sessionBody(session, 'd');
  const json = { game_info: JSON.stringify(game_info) };
  return newWrite(session_id, versionAt(at), { ...fields, ...json, status });
}

function taskWrite(
  index: number,
  session: string,
  at: number,
  prefix = 'd',
  status: 'pending' | 'processing' | 'completed' = statusOf(index),
): Write {
  const { task_id, ...body } = taskBody(index, session, status, prefix);
  const fields: Record<string, string | number | null> = {};
  for (const [name, value] of Object.entries(body)) {
    fields[name] = name.endsWith('_time') ? Date.parse(String(value)) : value;
  }
  return newWrite(task_id, versionAt(at), fields);
}

function statusOf(index: number): 'pending' | 'processing' | 'completed' {
  if (index % 10 < 8) return 'completed';
  return index % 10 === 8 ? 'pending' : 'processing';
}

function backendOf(place: Place): StorageBackend {
  const shared = { migrateOnStart: true, collections: COLLECTIONS.map(({ name }) => name) };
  if (place.database === null) {
    return new SqliteBackend({ ...shared, path: join(place.folder, 'data', 'persistence.db') });
  }
  return new MysqlBackend({
    clock: new SystemClock(),
    ...shared,
    ...databaseOf(place.database.url),
    poolSize: 2,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

function ignore(): void {
  // The service repeats the warnings of a backend when it starts.
}
