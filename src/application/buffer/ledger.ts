import type { CollectionName } from '../../domain/collection.js';

/**
 * The account of accepted records, kept so that at every moment
 *
 *     accepted = stored + coalesced + pending + quarantined
 *
 * A record is one element of an accepted (or replayed) batch. It is `coalesced` once it has been
 * merged into another that waits, and from then on shares that one's fate. `quarantined` counts
 * what this instance has put into quarantine since its start; a record that is tried again from
 * there, by whichever instance, is accepted again. Each method moves records from one column to
 * another, so the sum can't be broken by forgetting a half.
 */
export class Ledger {
  #accepted = 0;
  #coalesced = 0;
  #pending = 0;
  #quarantined = 0;
  #dropped = 0;
  readonly #stored = new Map<CollectionName, number>();

  accept(records: number): void {
    this.#accepted += records;
    this.#pending += records;
  }

  /** Waiting records that were merged into another waiting one. */
  coalesce(records: number): void {
    this.#pending -= records;
    this.#coalesced += records;
  }

  /** Accepted records that never waited themselves: another of their batch holds them, or a delete covers them. */
  acceptCoalesced(records: number): void {
    this.#accepted += records;
    this.#coalesced += records;
  }

  /** What became of waiting records. One that a delete covers has met a newer write: it is coalesced. */
  settle(collection: CollectionName, { stored, quarantined, covered }: SettledRecords): void {
    this.#pending -= stored + quarantined + covered;
    this.#stored.set(collection, (this.#stored.get(collection) ?? 0) + stored);
    this.#quarantined += quarantined;
    this.#coalesced += covered;
  }

  /** Quarantined records that a person gave up here. */
  drop(records: number): void {
    this.#dropped += records;
  }

  /** Records stored since the start, by collection. */
  get storedByCollection(): ReadonlyMap<CollectionName, number> {
    return new Map(this.#stored);
  }

  /** Stored or quarantined, of all collections. */
  get settled(): number {
    const { stored, quarantined } = this.totals();
    return stored + quarantined;
  }

  totals(): LedgerTotals {
    let stored = 0;
    for (const records of this.#stored.values()) stored += records;
    return {
      accepted: this.#accepted,
      stored,
      coalesced: this.#coalesced,
      pending: this.#pending,
      quarantined: this.#quarantined,
      dropped: this.#dropped,
    };
  }
}

export interface SettledRecords {
  readonly stored: number;
  readonly quarantined: number;
  readonly covered: number;
}

export interface LedgerTotals {
  readonly accepted: number;
  readonly stored: number;
  readonly coalesced: number;
  readonly pending: number;
  readonly quarantined: number;
  /** Not part of the equation: they stay in `quarantined`. */
  readonly dropped: number;
}
