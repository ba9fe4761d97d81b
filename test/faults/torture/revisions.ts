/** The faults of a record that was read back. */
export type Fault =
  /** It is missing, or older than the acknowledged revision. */
  | 'lost'
  /** It shows a value written before an acknowledged delete. */
  | 'returned'
  /** It is in the wrong place, stored or quarantined, or two answers contradict each other. */
  | 'misplaced';

/**
 * The knowledge of a client about something that it writes repeatedly, each time with a greater
 * revision. An acknowledged revision must survive everything; one that was sent and never
 * acknowledged may or may not be kept; one that was sent before an acknowledged delete must never
 * be visible again.
 */
export class Revisions {
  #sent = 0;
  #kept = 0;
  #deleted = 0;

  /** The next revision to send. */
  get next(): number {
    return this.#sent + 1;
  }

  /** Whether a record may exist: it was written since the last acknowledged delete. */
  get mayExist(): boolean {
    return this.#sent > this.#deleted;
  }

  send(revision: number): void {
    this.#sent = Math.max(this.#sent, revision);
  }

  answer(revision: number): void {
    this.#kept = Math.max(this.#kept, revision);
  }

  /** A delete was acknowledged, or was sent and may have been kept. */
  delete(isAnswered: boolean): void {
    this.#kept = 0;
    if (isAnswered) this.#deleted = this.#sent;
  }

  /** Null if the value read back (null: nothing) agrees with the acknowledged writes. */
  judge(found: number | null): Fault | null {
    if (found === null) return this.#kept > 0 ? 'lost' : null;
    if (found > this.#sent) throw new Error(`revision ${found} was never sent`);
    if (found <= this.#deleted) return 'returned';
    return found < this.#kept ? 'lost' : null;
  }

  toString(): string {
    return `answered up to ${this.#kept}, sent up to ${this.#sent}, deleted up to ${this.#deleted}`;
  }
}

/** Like `Revisions`, for a counter of which the greatest value is kept. */
export class Greatest {
  #least = 0;
  #most = 0;

  send(value: number): void {
    this.#most = Math.max(this.#most, value);
  }

  answer(value: number): void {
    this.#least = Math.max(this.#least, value);
  }

  delete(isAnswered: boolean): void {
    this.#least = 0;
    if (isAnswered) this.#most = 0;
  }

  judge(found: number): Fault | null {
    if (found > this.#most) return 'returned';
    return found < this.#least ? 'lost' : null;
  }

  toString(): string {
    return `answered up to ${this.#least}, sent up to ${this.#most}`;
  }
}
