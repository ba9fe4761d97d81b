import type { ListedSession } from '../../api/records';
import { finishedOf } from '../../lib/status';

/** Milliseconds without any write after which an unfinished session counts as stopped. */
export const STOPPED_AFTER = 15 * 60_000;

export interface ActiveSession extends ListedSession {
  /** When the session, or a task of it, was last written. */
  readonly movedAt: string;
  /** Tasks that finish in a minute. */
  readonly perMinute: number;
}

export function isStopped({ movedAt }: Pick<ActiveSession, 'movedAt'>, now: number): boolean {
  return now - Date.parse(movedAt) > STOPPED_AFTER;
}

/** Times of the API compare as texts. */
export const latest = (times: readonly string[]) => [...times].sort().at(-1) ?? '';

/** Seconds until the session is done at its rate; null if it does not move. */
export function secondsLeft({ progress, perMinute }: ActiveSession): number | null {
  if (progress === undefined || perMinute <= 0) return null;
  const open = progress.total - finishedOf(progress.by_status);
  return open === 0 ? 0 : (open / perMinute) * 60;
}
