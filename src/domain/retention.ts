import type { Condition } from './query.js';

/** Finished sessions are kept this long, counted from `created_at`. */
export interface RetentionPolicy {
  readonly completedDays: number;
  readonly failedDays: number;
}

export const DEFAULT_RETENTION: RetentionPolicy = { completedDays: 90, failedDays: 30 };
/** Greatest number of days that a policy may ask for: 100 years. */
export const MAX_RETENTION_DAYS = 36_500;

const DAY = 86_400_000;

/**
 * The conditions that a session must meet to be cleaned up, one list per finished status.
 * Unfinished sessions and statuses that the service does not know never meet them.
 */
export function expiredSessions(policy: RetentionPolicy, now: number): readonly Condition[][] {
  return [
    expired('completed', now - policy.completedDays * DAY),
    expired('failed', now - policy.failedDays * DAY),
  ];
}

function expired(status: string, createdBefore: number): Condition[] {
  return [
    { kind: 'one-of', field: 'status', values: [status] },
    { kind: 'range', field: 'created_at', until: createdBefore - 1 },
  ];
}
