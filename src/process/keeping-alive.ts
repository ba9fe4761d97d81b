/** Milliseconds; the timer only has to exist. */
const LONG = 2 ** 30;

/**
 * Runs `work`, and keeps the process alive until it settles. The timers of the injected clock do not:
 * work that only waits for one of them, such as a start without its store, would end the process
 * with exit code 0.
 */
export async function keepingAlive<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(() => undefined, LONG);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
