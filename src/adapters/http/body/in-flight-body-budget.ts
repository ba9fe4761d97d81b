import { HttpError } from '../problems/problem.js';
import { Pace, type PaceObserver } from './pace.js';

const LEAST_BYTES = 128 * 1024 ** 2;
/** Bodies of the largest size that have room at a time. */
const LARGEST_BODIES = 4;

/** What one request may read, and takes of the room that all share. */
export interface BodyShare {
  /** Most bytes of one body. */
  readonly limit: number;
  /** Throws BUFFER_FULL when `bytes` more would not fit in now. */
  expect(bytes: number): void;
  /** Takes room for `bytes` more, or throws BUFFER_FULL. */
  take(bytes: number): void;
  /** Of the work on the body. */
  readonly pace: Pace;
}

/**
 * Room in memory for bodies that are received, parsed and checked at the same time, because until
 * they are, no other limit counts them. One alone always fits in. A body takes room as it arrives:
 * one that is announced and never sent keeps nobody out.
 */
export class InFlightBodyBudget {
  #taken = 0;
  readonly #total: number;

  constructor(
    private readonly limit: number,
    private readonly observer?: PaceObserver,
  ) {
    this.#total = Math.max(LARGEST_BODIES * limit, LEAST_BYTES);
  }

  /** What is taken in `read` is free again when it has ended. */
  async share<Read>(read: (share: BodyShare) => Promise<Read>): Promise<Read> {
    let own = 0;
    const expect = (bytes: number) => {
      if (this.#taken + bytes > this.#total) throw this.#full();
    };
    const take = (bytes: number) => {
      expect(bytes);
      this.#taken += bytes;
      own += bytes;
    };
    const pace = new Pace(this.observer);
    try {
      return await read({ limit: this.limit, expect, take, pace });
    } finally {
      pace.end();
      this.#taken -= own;
    }
  }

  #full(): HttpError {
    return new HttpError(
      'BUFFER_FULL',
      `Other requests fill the ${this.#total} bytes for bodies on their way in. Nothing of this one was kept; send it again.`,
      // The rest of it is not waited for.
      { 'retry-after': '1', connection: 'close' },
    );
  }
}
