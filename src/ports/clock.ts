/** Time, injected so that tests never wait. Timers must not keep the process alive. */
export interface Clock {
  /** Wall clock, epoch milliseconds. May be set back; domain/version.ts handles that. */
  now(): number;
  /** Milliseconds of a clock that never goes back: for durations. */
  monotonic(): number;
  /**
   * Calls `action` once, after at least `milliseconds`. Returns a function that cancels it;
   * cancelling twice is harmless.
   */
  schedule(milliseconds: number, action: () => void): CancelTimer;
  /** Resolves after at least `milliseconds`. */
  pause(milliseconds: number): Promise<void>;
}

export type CancelTimer = () => void;
