/**
 * Statuses are an open set; to these the service gives a meaning: the work is over. Whatever has
 * another status is unfinished, and a backend goes on with it after a crash.
 */
export const FINISHED_STATUSES: readonly string[] = ['completed', 'failed', 'cancelled', 'skipped'];
