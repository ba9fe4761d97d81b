import type { CollectionName } from '../../domain/collection.js';

/**
 * The account of accepted records, kept so that at every moment
 *
 *     accepted = stored + coalesced + pending + quarantined
 *
 * A record is one element of an accepted (or replayed) batch. It is `coalesced` once it has been
 * merged into another that waits, and from then on shares that one's fate. Each method moves
 * records from one column to another, so the sum can't be broken by forgetting a half.
 */
export class Ledger {
  #accepted = 0;
  #coalesced = 0;
  #pending = 0;
  #quarantined = 0;
  #dropped = 0;
  readonly #stored: Record<CollectionName, number> = {
    translation_sessions: 0,
    translation_tasks: 0,
  };

  accept(records: number): void {
    this.#accepted += records;
    this.#pending += records;
  }

  /** Waiting records that were merged into another waiting one. */
  coalesce(records: number): void {
    this.#pending -= records;
    this.#coalesced += records;
  }

  store(collection: CollectionName, records: number): void {
    this.#pending -= records;
    this.#stored[collection] += records;
  }

  /** `merged` of the `records` were merged into quarantined ones of the same key. */
  quarantine(records: number, merged: number): void {
    this.#pending -= records;
    this.#quarantined += records - merged;
    this.#coalesced += merged;
  }

  /** Records that an earlier run left in quarantine. */
  inherit(quarantined: number): void {
    this.#accepted += quarantined;
    this.#quarantined += quarantined;
  }

  requeue(records: number): void {
    this.#quarantined -= records;
    this.#pending += records;
  }

  /** Quarantined records given up by a person: they leave the account on both sides. */
  drop(records: number): void {
    this.#quarantined -= records;
    this.#accepted -= records;
    this.#dropped += records;
  }

  storedIn(collection: CollectionName): number {
    return this.#stored[collection];
  }

  totals(): LedgerTotals {
    return {
      accepted: this.#accepted,
      stored: this.#stored.translation_sessions + this.#stored.translation_tasks,
      coalesced: this.#coalesced,
      pending: this.#pending,
      quarantined: this.#quarantined,
      dropped: this.#dropped,
    };
  }
}

export interface LedgerTotals {
  readonly accepted: number;
  readonly stored: number;
  readonly coalesced: number;
  readonly pending: number;
  readonly quarantined: number;
  /** Not part of the equation: given up by a person, and taken out of `accepted`. */
  readonly dropped: number;
}
