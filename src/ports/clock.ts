/** Time, injected so that tests never wait. Timers must not keep the process alive by themselves. */
export interface Clock {
  /** Wall clock, epoch milliseconds. May be set back; see domain/version.ts for what must not be. */
  now(): number;
  /** Milliseconds of a clock that never goes back: for durations. */
  monotonic(): number;
  /** Calls `action` once, after at least `milliseconds`. The result cancels it; cancelling twice is harmless. */
  schedule(milliseconds: number, action: () => void): CancelTimer;
}

export type CancelTimer = () => void;
