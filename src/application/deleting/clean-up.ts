import type { Condition, Position } from '../../domain/query.js';
import { belongingTo, UNFINISHED } from '../../domain/query.js';
import { expiredSessions, type RetentionPolicy } from '../../domain/retention.js';
import { SESSIONS } from '../../domain/session.js';
import { TASKS } from '../../domain/task.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { DeleteRecord } from './delete-record.js';

export interface CleanUpReport {
  readonly deletedSessions: number;
  readonly deletedTasks: number;
}

/** Session ids looked up at a time. */
const CHUNK = 100;

/** Deletes finished sessions that a retention policy no longer keeps. */
export class CleanUp {
  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly clock: Clock;
      readonly deleteRecord: DeleteRecord;
    },
  ) {}

  /**
   * Works session by session; each is looked at again when it is deleted, so a session that work
   * was resumed on stays, through whichever instance that was. One with unfinished tasks stays, too.
   * When it throws (STORAGE_UNAVAILABLE) some sessions are deleted, others not; it can be repeated.
   * With `dryRun` it only counts.
   */
  async run(
    policy: RetentionPolicy,
    options: { readonly dryRun: boolean },
  ): Promise<CleanUpReport> {
    const { buffer, clock } = this.dependencies;
    await buffer.flush();
    let deletedSessions = 0;
    let deletedTasks = 0;
    for (const expired of expiredSessions(policy, clock.now())) {
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
    const backend = this.dependencies.registry.backendOf(SESSIONS.name);
    const sort = { field: 'created_at', direction: 'asc' } as const;
    let position: Position | null = null;
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

  /** Null when some of them are unfinished. */
  async #countTasks(sessionId: string): Promise<number | null> {
    const backend = this.dependencies.registry.backendOf(TASKS.name);
    const ofSession = belongingTo('session_id', sessionId);
    const unfinished = await backend.count(TASKS, [ofSession, UNFINISHED]);
    return unfinished > 0 ? null : backend.count(TASKS, [ofSession]);
  }

  /** Returns how many tasks went with the session; null when it stays. */
  async #delete(sessionId: string, expired: readonly Condition[]): Promise<number | null> {
    const guard = { conditions: expired, childless: [UNFINISHED] };
    const deletion = await this.dependencies.deleteRecord.delete(SESSIONS, sessionId, guard);
    return deletion?.children ?? null;
  }
}
