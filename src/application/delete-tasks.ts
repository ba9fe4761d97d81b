import { TASKS } from '../domain/task.js';
import type { StorageBackend } from '../ports/storage-backend.js';

/** Rows deleted in one transaction: few enough that other requests do not wait for it. */
const ROWS_PER_DELETE = 500;

/** Deletes all tasks of a session, slice by slice; returns how many there were. */
export async function deleteTasksOf(backend: StorageBackend, sessionId: string): Promise<number> {
  const ofSession = { kind: 'one-of', field: 'session_id', values: [sessionId] } as const;
  let deleted = 0;
  for (;;) {
    const slice = await backend.delete(TASKS, [ofSession], ROWS_PER_DELETE);
    deleted += slice;
    if (slice < ROWS_PER_DELETE) return deleted;
  }
}
