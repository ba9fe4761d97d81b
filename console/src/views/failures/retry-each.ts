import { ApiError } from '../../../../clients/typescript/index.js';
import type { FailureGroup } from '../../api/records.js';

/** What a retry asks of the service. */
export interface Retries {
  /** Sets the failed tasks of a session with this message back to pending. */
  retrySession(id: string, filter: { message: string }): Promise<{ retried_tasks: number }>;
  /** Stores what was just changed. */
  storeNow(): Promise<void>;
}

/**
 * Sets the failed tasks of a group back to pending, one session at a time, as the API does; returns
 * their number. A session that was deleted meanwhile has none. Another failure ends the retry and is
 * thrown; what was retried before it is stored, so that the lists show it.
 */
export async function retryEach(
  { message, sessions }: Pick<FailureGroup, 'message' | 'sessions'>,
  { retrySession, storeNow }: Retries,
): Promise<number> {
  let retried = 0;
  try {
    for (const id of sessions) {
      try {
        retried += (await retrySession(id, { message })).retried_tasks;
      } catch (problem) {
        if (!(problem instanceof ApiError && problem.status === 404)) throw problem;
      }
    }
  } finally {
    await storeNow();
  }
  return retried;
}
