/**
 * How long to wait before the next attempt: increasing, with jitter, bounded; it never gives up.
 */
export interface Backoff {
  /** The pause after another consecutive failure, milliseconds. */
  next(): number;
  /** After a success: starts again with the shortest pause. */
  reset(): void;
}
