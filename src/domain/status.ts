/**
 * Statuses are an open set; for the service, these mean that the work is finished. A record with
 * any other status is unfinished, and a backend continues with it after a crash.
 */
export const FINISHED_STATUSES: readonly string[] = ['completed', 'failed', 'cancelled', 'skipped'];
