export const LATE = Symbol('late');

/**
 * Returns the result of `work`, or LATE. It does not use the injected clock, whose timers let the
 * process end before the time is over.
 */
export async function within<Result>(milliseconds: number, work: Promise<Result>) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
