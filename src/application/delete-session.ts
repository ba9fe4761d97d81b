import type { Condition } from '../domain/query.js';
import { SESSIONS } from '../domain/session.js';
import { TASKS } from '../domain/task.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { WriteBuffer } from './buffer/write-buffer.js';
import { deleteTasksOf } from './delete-tasks.js';
import type { ManageQuarantine } from './manage-quarantine.js';

/** Deletes one session with everything that belongs to it. */
export class DeleteSession {
  constructor(
    private readonly registry: StorageRegistry,
    private readonly buffer: WriteBuffer,
    private readonly quarantine: ManageQuarantine,
  ) {}

  /**
   * Null when there is no such session. What waits is stored (and its journal entries done with)
   * before anything is deleted, so neither the buffer nor a replay can bring it back.
   * Throws STORAGE_UNAVAILABLE; then nothing, or only tasks, were deleted, and it can be repeated.
   */
  delete(sessionId: string): Promise<{ readonly deletedTasks: number } | null> {
    return this.buffer.flushThen(async () => {
      const sessions = this.registry.backendOf(SESSIONS.name);
      const tasks = this.registry.backendOf(TASKS.name);
      const isSession: Condition = { kind: 'one-of', field: 'session_id', values: [sessionId] };
      if ((await sessions.read(SESSIONS, sessionId)) === null) return null;
      let deletedTasks: number;
      if (tasks === sessions) {
        // The store deletes the tasks with their session, in one transaction.
        deletedTasks = await tasks.count(TASKS, [isSession]);
      } else {
        deletedTasks = await deleteTasksOf(tasks, sessionId);
      }
      await sessions.delete(SESSIONS, [isSession], 1);
      await this.quarantine.dropTasksOf(sessionId);
      return { deletedTasks };
    });
  }
}
