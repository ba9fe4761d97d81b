/** Statuses are an open set; to these the service itself gives a meaning: work that a backend goes on with after a crash. */
export const UNFINISHED_STATUSES: readonly string[] = ['pending', 'processing'];
