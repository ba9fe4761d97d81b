import type { Entry } from './waiting-tasks.js';

interface Admission {
  readonly entry: Entry;
  readonly admitted: () => void;
  readonly failed: (error: unknown) => void;
}

/** Puts that wait for room, first come, first served: a later write never overtakes an earlier. */
export class AdmissionQueue {
  readonly #waiting: Admission[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  get oldest(): Entry | undefined {
    return this.#waiting[0]?.entry;
  }

  /** Resolves when the entry is taken. */
  enter(entry: Entry): Promise<void> {
    return new Promise((admitted, failed) => this.#waiting.push({ entry, admitted, failed }));
  }

  /** Takes entries while they fit. An entry that `take` throws on is refused to its put. */
  admit(fits: (entry: Entry) => boolean, take: (entry: Entry) => void): void {
    for (let head = this.#waiting[0]; head !== undefined && fits(head.entry); ) {
      this.#waiting.shift();
      try {
        take(head.entry);
        head.admitted();
      } catch (error) {
        head.failed(error);
      }
      head = this.#waiting[0];
    }
  }

  /** Refuses everything that waits. */
  fail(error: unknown): readonly Entry[] {
    const failed = this.#waiting.splice(0);
    for (const each of failed) each.failed(error);
    return failed.map(({ entry }) => entry);
  }
}
