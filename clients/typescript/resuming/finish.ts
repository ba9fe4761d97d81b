import type { PersistenceClient } from '../client.js';
import type { CallOptions } from '../transport/transport.js';
import type { Finished, Resumed } from './job.js';
import { quarantinedOf } from './resume.js';
import { finalState, isFinished, unfinishedIn } from './rules.js';

/**
 * Ends a run: counts the stored tasks and, if all are finished, posts the session as such.
 *
 * The session becomes `completed`, or `failed` if a task failed. It stays as it is while tasks are
 * unfinished or in quarantine, so that the next run finds it, and if it is finished already, by an
 * earlier run or by a person. Close the writer before.
 *
 * Throws ApiError 404 if the session was deleted meanwhile: it is not created again.
 */
export async function finish(
  client: PersistenceClient,
  { sessionId, working }: Resumed,
  options: CallOptions = {},
): Promise<Finished> {
  const progress = await client.getSessionProgress(sessionId, { fresh: true }, options);
  const byStatus = progress.by_status;
  const quarantined = await quarantinedOf(client, sessionId, options);
  const unfinished = unfinishedIn(byStatus);
  const { status } = await client.getSession(sessionId, options);
  if (unfinished > 0 || quarantined.length > 0 || isFinished(status)) {
    return { status, byStatus, unfinished, quarantined };
  }
  const final = finalState(byStatus);
  await client.acceptSessions([{ ...working, ...final }], {}, options);
  return { status: final.status, byStatus, unfinished, quarantined };
}
