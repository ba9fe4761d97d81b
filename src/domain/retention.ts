import type { Condition } from './query.js';
import { FINISHED_STATUSES } from './status.js';

/** Finished sessions are kept this long, counted from `created_at`. */
export interface RetentionPolicy {
  readonly completedDays: number;
  readonly failedDays: number;
}

export const DEFAULT_RETENTION: RetentionPolicy = { completedDays: 90, failedDays: 30 };
/** Greatest number of days that a policy may ask for: 100 years. */
export const MAX_RETENTION_DAYS = 36_500;

const DAY = 86_400_000;
const FAILED = 'failed';

/**
 * The conditions that a session must meet to be cleaned up, a list for each period: whatever is
 * finished and did not fail is kept for `completedDays`. Unfinished sessions never meet them.
 */
export function expiredSessions(policy: RetentionPolicy, now: number): readonly Condition[][] {
  const completed = FINISHED_STATUSES.filter((status) => status !== FAILED);
  return [
    expired(completed, now - policy.completedDays * DAY),
    expired([FAILED], now - policy.failedDays * DAY),
  ];
}

function expired(statuses: readonly string[], createdBefore: number): Condition[] {
  return [
    { kind: 'one-of', field: 'status', values: statuses },
    { kind: 'range', field: 'created_at', until: createdBefore - 1 },
  ];
}
