import type { PersistenceClient } from '../client.js';
import type { CallOptions } from '../transport/transport.js';
import type { Finished, Resumed } from './job.js';
import { quarantinedOf } from './quarantined.js';
import { finalState, isFinished, PREPARING, unfinishedIn } from './rules.js';

/**
 * Ends a run: counts the stored tasks and, if all are finished, posts the session as such.
 *
 * The session becomes `completed`, or `failed` if a task failed. It stays as it is, so that the
 * next run finds it, while tasks are unfinished or in quarantine, while fewer are stored than this
 * run posted (`missing`), and while it is `preparing`: another run posts its tasks. It also stays
 * if it is finished already, by an earlier run or by a person. Close the writer before.
 *
 * Throws ApiError 404 if the session was deleted meanwhile: it is not created again.
 */
export async function finish(
  client: PersistenceClient,
  { sessionId, working, posted }: Resumed,
  options: CallOptions = {},
): Promise<Finished> {
  // Before and after: a record that is requeued meanwhile may be in neither of the other two.
  const before = await quarantinedOf(client, sessionId, options);
  const progress = await client.getSessionProgress(sessionId, { fresh: true }, options);
  const quarantined = await quarantinedOf(client, sessionId, options);
  const byStatus = progress.by_status;
  const counts = {
    byStatus,
    unfinished: unfinishedIn(byStatus),
    missing: Math.max(0, posted - progress.total),
    quarantined,
  };
  const { status } = await client.getSession(sessionId, options);
  const refused = before.length + quarantined.length;
  const isWhole = counts.unfinished + counts.missing + refused === 0;
  if (!isWhole || isFinished(status) || status === PREPARING) return { status, ...counts };
  const final = finalState(byStatus);
  await client.acceptSessions([{ ...working, ...final }], {}, options);
  return { status: final.status, ...counts };
}
