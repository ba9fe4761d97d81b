/**
 * Accepted versions: the time at which a write was accepted, made strictly increasing.
 *
 * A version is an integer: wall-clock milliseconds × 1000 plus a counter below 1000. Two batches
 * that one instance accepts in the same millisecond are therefore ordered, and a wall clock that is
 * set back does not make a new write look old. In the year 2255 it reaches 2^53.
 */
export type Version = number;

const VERSIONS_PER_MILLISECOND = 1000;

/** The first version of a millisecond. */
export function versionAt(milliseconds: number): Version {
  return milliseconds * VERSIONS_PER_MILLISECOND;
}

/** The accepted time of a version, in epoch milliseconds: shown as `updated_at`. */
export function acceptedAt(version: Version): number {
  return Math.floor(version / VERSIONS_PER_MILLISECOND);
}

/** Assigns the versions of one instance; each is greater than all before it. */
export class VersionSequence {
  #last: Version = 0;

  next(nowMilliseconds: number): Version {
    this.#last = Math.max(versionAt(nowMilliseconds), this.#last + 1);
    return this.#last;
  }

  /** The newest version assigned or observed; it must survive a restart. */
  get highest(): Version {
    return this.#last;
  }

  /**
   * Raises the floor: called with the newest version that the journal, a store or another instance
   * has seen. The next write is newer than that, whatever the wall clock shows.
   */
  observe(version: Version): void {
    this.#last = Math.max(this.#last, version);
  }

  /**
   * Called with the records that a reader is shown: a write that follows this read is newer than
   * they are, whichever instance accepted them.
   */
  observeAll(shown: readonly { readonly version: Version }[]): void {
    for (const { version } of shown) this.observe(version);
  }
}
