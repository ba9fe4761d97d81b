import { service } from '../../api/client';
import type { ListedSession } from '../../api/records';
import { type ActiveSession, isStopped, latest, STOPPED_AFTER } from './active-session';

/** Stopped sessions that are shown. */
const SHOWN = 5;
/** Looked at in one poll, and at a time: each costs a request. */
const LOOKED_AT = 50;
const AT_A_TIME = 10;

export interface StoppedSessions {
  readonly sessions: readonly (ListedSession & Pick<ActiveSession, 'movedAt'>)[];
  /** False if the sessions were too many to look at each, and few of them have stopped. */
  readonly complete: boolean;
}

/**
 * Unfinished sessions that do not move, the one that was written last first: those given up long
 * ago must not hide one that has just stopped. A session whose tasks alone are written does move.
 */
export async function readStopped(statuses: readonly string[]): Promise<StoppedSessions> {
  if (statuses.length === 0) return { sessions: [], complete: true };
  const now = Date.now();
  const { total, items } = await service.listSessions({
    status: statuses.join(','),
    updated_to: new Date(now - STOPPED_AFTER).toISOString(),
    sort_by: 'updated_at',
    page_size: LOOKED_AT,
  });
  const stopped: StoppedSessions['sessions'][number][] = [];
  let lookedAt = 0;
  while (lookedAt < items.length && stopped.length < SHOWN) {
    const some = items.slice(lookedAt, lookedAt + AT_A_TIME);
    const moved = await Promise.all(
      some.map(async (session) => ({ ...session, movedAt: await lastWritten(session) })),
    );
    stopped.push(...moved.filter((session) => isStopped(session, now)));
    lookedAt += some.length;
  }
  const complete = stopped.length >= SHOWN || lookedAt >= total;
  return { sessions: stopped.slice(0, SHOWN), complete };
}

/** When the session or any task of it was last written. */
export async function lastWritten({
  session_id,
  updated_at,
}: Pick<ListedSession, 'session_id' | 'updated_at'>): Promise<string> {
  const { items } = await service.listTasks({ session_id, sort_by: 'updated_at', page_size: 1 });
  return latest([updated_at, ...items.map((task) => task.updated_at)]);
}
