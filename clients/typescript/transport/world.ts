/** The world outside: time, chance and timers. Tests replace it. */
export interface World {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0, below 1. */
  readonly random: () => number;
  /** Calls `then` once after so many milliseconds. The returned function prevents it. */
  readonly after: (milliseconds: number, then: () => void) => () => void;
}

/** The longest wait of a timer; a longer one would end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const REAL_WORLD: World = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (milliseconds, then) => {
    const timer = setTimeout(then, Math.min(milliseconds, LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};

/** Rejects with the reason of the signal as soon as it is aborted. */
export function sleep(
  { after }: World,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const cancel = after(milliseconds, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
