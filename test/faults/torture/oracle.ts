/**
 * The oracle: what a client knows of the records it sent.
 *
 * Every write of a key carries a revision, one higher than the one before. An answered revision
 * must survive anything; one that was sent and never answered may or may not have been kept.
 */
interface Knowledge {
  sent: number;
  answered: number;
}

export interface Discrepancy {
  readonly key: string;
  readonly answered: number;
  readonly sent: number;
  /** The revision that was read back; null when there is no such record. */
  readonly found: number | null;
}

export class Oracle {
  readonly #known = new Map<string, Knowledge>();
  #answeredWrites = 0;

  /** Revisions that were answered, over all keys. */
  get answeredWrites(): number {
    return this.#answeredWrites;
  }

  get keys(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** The revision to send next. */
  next(key: string): number {
    const known = this.#known.get(key) ?? { sent: 0, answered: 0 };
    known.sent += 1;
    this.#known.set(key, known);
    return known.sent;
  }

  answered(key: string, revision: number): void {
    const known = this.#known.get(key);
    if (known === undefined) throw new Error(`${key} was never sent`);
    known.answered = Math.max(known.answered, revision);
    this.#answeredWrites += 1;
  }

  /** Null when what was read back agrees with what was answered. */
  judge(key: string, found: number | null): Discrepancy | null {
    const known = this.#known.get(key);
    if (known === undefined) throw new Error(`${key} was never sent`);
    const { sent, answered } = known;
    if (found === null) return answered === 0 ? null : { key, answered, sent, found };
    return found >= answered && found <= sent ? null : { key, answered, sent, found };
  }
}
