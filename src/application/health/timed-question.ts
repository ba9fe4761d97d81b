import type { Clock } from '../../ports/clock.js';

/**
 * Milliseconds in which a store must answer /health and a scrape; well below the timeout of a
 * scrape.
 */
export const PATIENCE = 2000;

/**
 * A question to a store whose answer must come in time. Calls share one that has no answer yet: a
 * store that hangs is asked once, however often health checks and scrapes come.
 */
export class TimedQuestion<Asked, Answer> {
  readonly #open = new Map<Asked, Promise<Answer>>();

  constructor(
    private readonly question: (asked: Asked) => Promise<Answer>,
    private readonly clock: Clock,
  ) {}

  /** Returns the answer, or `otherwise` if it does not come in time. Rejects as the question does. */
  ask(asked: Asked, otherwise: () => Answer): Promise<Answer> {
    const answer = this.#open.get(asked) ?? this.#begin(asked);
    return new Promise((resolve, reject) => {
      const cancel = this.clock.schedule(PATIENCE, () => resolve(otherwise()));
      void answer.then(resolve, reject).finally(cancel);
    });
  }

  #begin(asked: Asked): Promise<Answer> {
    const answer = this.question(asked).finally(() => this.#open.delete(asked));
    this.#open.set(asked, answer);
    return answer;
  }
}
