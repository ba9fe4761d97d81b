import type { Clock } from '../../ports/clock.js';

/**
 * Milliseconds in which a store must answer /health and a scrape; well below the timeout of a
 * scrape.
 */
const PATIENCE = 2000;

/** Returns the answer of a store, or `otherwise` if it does not come in time. */
export function inTime<Answer>(
  answer: Promise<Answer>,
  otherwise: () => Answer,
  clock: Clock,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(PATIENCE, () => resolve(otherwise()));
    void answer.then(resolve, reject).finally(cancel);
  });
}
