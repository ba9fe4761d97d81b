/** How long to wait before trying again: growing, jittered, bounded; never "give up". */
export interface Backoff {
  /** The pause after one more failure in a row, milliseconds. */
  next(): number;
  /** After a success: start again from the shortest pause. */
  reset(): void;
}
