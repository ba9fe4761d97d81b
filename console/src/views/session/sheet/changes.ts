import type { Task } from '../../../api/records.js';

/** Pages of changes that one poll reads; the next poll goes on from there. */
const PAGES = 5;

/** Tasks by time of their change, the earliest first. A cursor belongs to its `updated_from`. */
export type ReadChanges = (from: {
  readonly updated_from: string;
  readonly cursor: string | undefined;
}) => Promise<{ readonly items: readonly Task[]; readonly next_cursor: string | null }>;

/**
 * The tasks that have changed, over many polls. Thousands of tasks share the time of their batch, so a
 * time alone does not say how far they are read: the cursor is kept until nothing follows. Then the
 * last time is asked for again, because others may get the same one later.
 */
export class Changes {
  readonly #read: ReadChanges;
  #from: string;
  /** The time of the last task that was read. */
  #until: string;
  #cursor: string | undefined;

  /** Changes since a time, in ISO 8601. */
  constructor(read: ReadChanges, since: string) {
    this.#read = read;
    this.#from = since;
    this.#until = since;
  }

  /** The next pages of changes, at most five. After a failure, the last time is read anew. */
  async *next(): AsyncGenerator<readonly Task[]> {
    for (let page = 0; page < PAGES; page += 1) {
      const changes = await this.#page();
      this.#until = changes.items.at(-1)?.updated_at ?? this.#until;
      this.#cursor = changes.next_cursor ?? undefined;
      if (this.#cursor === undefined) this.#from = this.#until;
      yield changes.items;
      if (this.#cursor === undefined) return;
    }
  }

  async #page() {
    try {
      return await this.#read({ updated_from: this.#from, cursor: this.#cursor });
    } catch (problem) {
      // A cursor that the service refuses must not be sent forever.
      this.#from = this.#until;
      this.#cursor = undefined;
      throw problem;
    }
  }
}
