import type { Collection } from './collection.js';
import type { Condition } from './query.js';
import { FINISHED_STATUSES } from './status.js';

/** How long finished records are kept, counted from `created_at`. */
export interface RetentionPolicy {
  readonly completedDays: number;
  readonly failedDays: number;
}

export const DEFAULT_RETENTION: RetentionPolicy = { completedDays: 90, failedDays: 30 };
/** Maximum number of days in a policy: 100 years. */
export const MAX_RETENTION_DAYS = 36_500;

const DAY = 86_400_000;
const FAILED = 'failed';

/**
 * The conditions that a record must meet to be deleted, one list per period: what is finished and
 * did not fail is kept for `completedDays`. Unfinished records never meet them.
 */
export function expired(
  { status }: Collection,
  policy: RetentionPolicy,
  now: number,
): readonly Condition[][] {
  if (status === null) return [];
  const older = (statuses: readonly string[], days: number): Condition[] => [
    { kind: 'one-of', field: status, values: statuses },
    { kind: 'range', field: 'created_at', until: now - days * DAY - 1 },
  ];
  const completed = FINISHED_STATUSES.filter((finished) => finished !== FAILED);
  return [older(completed, policy.completedDays), older([FAILED], policy.failedDays)];
}
