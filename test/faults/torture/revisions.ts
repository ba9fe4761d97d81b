/** What is wrong with a record that was read back. */
export type Fault =
  /** It is gone, or older than what was answered. */
  | 'lost'
  /** It shows what was written before a delete that was answered. */
  | 'returned'
  /** It is not where it has to wait or to be stored, or two answers contradict each other. */
  | 'misplaced';

/**
 * What a client knows of something that it writes again and again, each time with a greater
 * revision. An answered revision must survive anything; one that was sent and never answered may
 * or may not have been kept; one that was sent before an answered delete must never be seen again.
 */
export class Revisions {
  #sent = 0;
  #kept = 0;
  #deleted = 0;

  /** The one to send next. */
  get next(): number {
    return this.#sent + 1;
  }

  /** Something may be there: it was written since the last delete that was answered. */
  get mayExist(): boolean {
    return this.#sent > this.#deleted;
  }

  send(revision: number): void {
    this.#sent = Math.max(this.#sent, revision);
  }

  answer(revision: number): void {
    this.#kept = Math.max(this.#kept, revision);
  }

  /** A delete was answered, or was sent and may have been kept. */
  delete(isAnswered: boolean): void {
    this.#kept = 0;
    if (isAnswered) this.#deleted = this.#sent;
  }

  /** Null when what was read back (null: nothing) agrees with what was answered. */
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

/** As `Revisions`, of a counter of which the greatest value counts. */
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
