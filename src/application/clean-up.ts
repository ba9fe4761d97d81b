import type { Condition } from '../domain/query.js';
import { expiredSessions, type RetentionPolicy } from '../domain/retention.js';
import { SESSIONS } from '../domain/session.js';
import { TASKS } from '../domain/task.js';
import type { Clock } from '../ports/clock.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { WriteBuffer } from './buffer/write-buffer.js';
import { deleteTasksOf } from './delete-tasks.js';
import type { ManageQuarantine } from './manage-quarantine.js';

export interface CleanUpReport {
  readonly deletedSessions: number;
  readonly deletedTasks: number;
}

/** Session ids looked up at a time. */
const CHUNK = 100;

/** Deletes finished sessions that a retention policy no longer keeps. */
export class CleanUp {
  constructor(
    private readonly registry: StorageRegistry,
    private readonly buffer: WriteBuffer,
    private readonly clock: Clock,
    private readonly quarantine: ManageQuarantine,
  ) {}

  /**
   * Works session by session; each is looked at again when its turn comes, with everything
   * accepted by then stored, so a session that work was resumed on stays. When it throws
   * (STORAGE_UNAVAILABLE) some sessions are deleted, others not; it can be repeated.
   * With `dryRun` it only counts.
   */
  async run(
    policy: RetentionPolicy,
    options: { readonly dryRun: boolean },
  ): Promise<CleanUpReport> {
    await this.buffer.flush();
    let deletedSessions = 0;
    let deletedTasks = 0;
    for (const expired of expiredSessions(policy, this.clock.now())) {
      for await (const sessionId of this.#keysOf(expired)) {
        const tasks = options.dryRun
          ? await this.#countTasks(sessionId)
          : await this.#delete(sessionId, expired);
        if (tasks === null) continue;
        deletedSessions += 1;
        deletedTasks += tasks;
      }
    }
    return { deletedSessions, deletedTasks };
  }

  async *#keysOf(conditions: readonly Condition[]): AsyncGenerator<string> {
    const backend = this.registry.backendOf(SESSIONS.name);
    const sort = { field: 'created_at', direction: 'asc' } as const;
    let position: { value: string | number; key: string } | null = null;
    do {
      const window =
        position === null
          ? ({ kind: 'page', page: 1, size: CHUNK } as const)
          : ({ kind: 'after', position, size: CHUNK } as const);
      const { items, next } = await backend.query(SESSIONS, { conditions, sort, window });
      for (const { key } of items) yield key;
      position = next;
    } while (position !== null);
  }

  #countTasks(sessionId: string): Promise<number> {
    const ofSession: Condition = { kind: 'one-of', field: 'session_id', values: [sessionId] };
    return this.registry.backendOf(TASKS.name).count(TASKS, [ofSession]);
  }

  /** Returns how many tasks went with the session; null when it is no longer expired. */
  #delete(sessionId: string, expired: readonly Condition[]): Promise<number | null> {
    return this.buffer.flushThen(async () => {
      const sessions = this.registry.backendOf(SESSIONS.name);
      const still: Condition[] = [
        { kind: 'one-of', field: 'session_id', values: [sessionId] },
        ...expired,
      ];
      if ((await sessions.count(SESSIONS, still)) === 0) return null;
      const tasks = await deleteTasksOf(this.registry.backendOf(TASKS.name), sessionId);
      await sessions.delete(SESSIONS, still, 1);
      await this.quarantine.dropTasksOf(sessionId);
      return tasks;
    });
  }
}
