/**
 * Statuses are an open set; for the service, these mean that the work is finished. A record with
 * any other status is unfinished, and a backend continues with it after a crash.
 */
export const FINISHED_STATUSES: readonly string[] = ['completed', 'failed', 'cancelled', 'skipped'];

/** The work has failed, and may be repeated on request. */
export const FAILED = 'failed';
/** The work is to be done, as a client says it of a new record. */
export const PENDING = 'pending';
/** Work on the children of a record goes on. */
export const PROCESSING = 'processing';
