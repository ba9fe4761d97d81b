/** Statuses are an open set; these are the ones that the service itself gives a meaning to. */
export const UNFINISHED_STATUSES: readonly string[] = ['pending', 'processing'];
export const FINISHED_STATUSES: readonly string[] = ['completed', 'failed'];
