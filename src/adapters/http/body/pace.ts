import { setImmediate } from 'node:timers/promises';

/**
 * Units of work after which other requests are served: about two milliseconds. A unit is about a
 * byte that is parsed; an object or a list costs as much as 50 of them, another value as 20
 * (measured on Node 20).
 */
export const BUDGET = 256 * 1024;
/**
 * The most that is done in one piece, beyond the budget: one JSON field of 1 MiB in which each
 * character is escaped, with all the objects and values that a record may have.
 */
export const LARGEST_PIECE = 8 * 1024 * 1024;
export const CONTAINER_UNITS = 50;
export const VALUE_UNITS = 20;

/** Told how many units were spent between two pauses. */
export type PaceObserver = (units: number) => void;

/** Counts the work on one request, and lets other requests be served in between. */
export class Pace {
  #spent = 0;

  constructor(private readonly observer: PaceObserver = () => undefined) {}

  /** Called before each piece of work; pauses when the piece would exceed the budget. */
  async spend(units: number): Promise<void> {
    if (this.#spent > 0 && this.#spent + units > BUDGET) {
      this.end();
      await setImmediate();
    }
    this.#spent += units;
  }

  /** Nothing more is done. */
  end(): void {
    this.observer(this.#spent);
    this.#spent = 0;
  }
}
