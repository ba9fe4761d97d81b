import type { Entry } from './waiting-tasks.js';

interface Admission {
  readonly entry: Entry;
  /** Resolves its promise, once. */
  readonly released: () => void;
  readonly failed: (error: unknown) => void;
}

/** Puts that wait for room, first come, first served: a later write never overtakes an earlier. */
export class AdmissionQueue {
  readonly #waiting: Admission[] = [];
  /** The latest of each task. */
  readonly #latest = new Map<string, Entry>();

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get oldest(): Entry | undefined {
    return this.#waiting[0]?.entry;
  }

  /** In the order of their puts. */
  get entries(): readonly Entry[] {
    return this.#waiting.map(({ entry }) => entry);
  }

  get(id: string): Entry | undefined {
    return this.#latest.get(id);
  }

  /** Resolves when the entry is taken, or at `release`. */
  enter(entry: Entry): Promise<void> {
    this.#latest.set(entry.task.task_id, entry);
    return new Promise((released, failed) => this.#waiting.push({ entry, released, failed }));
  }

  /** Takes entries while they fit. */
  admit(fits: (entry: Entry) => boolean, take: (entry: Entry) => void): void {
    for (let head = this.#waiting[0]; head !== undefined && fits(head.entry); ) {
      this.#waiting.shift();
      const { task_id } = head.entry.task;
      if (this.#latest.get(task_id) === head.entry) this.#latest.delete(task_id);
      take(head.entry);
      head.released();
      head = this.#waiting[0];
    }
  }

  /** Lets the puts go on that wait; their entries stay. */
  release(): void {
    for (const { released } of this.#waiting) released();
  }

  /** Throws from the puts that wait; their entries stay. */
  fail(error: unknown): void {
    for (const { failed } of this.#waiting) failed(error);
  }
}
