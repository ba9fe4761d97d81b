import type { CollectionName } from '../../domain/collection.js';

/**
 * Counts accepted records. At every moment:
 *
 * accepted = stored + coalesced + pending + quarantined
 *
 * A record is one element of an accepted (or replayed) batch. It is `coalesced` once it has been
 * merged into another pending record, and from then on has the same outcome as that record; or once
 * it needs no row: a delete covers it, or it is dropped and refused (`durability: stored`).
 * `quarantined` counts what this instance has quarantined since its start; a record that is
 * released, by any instance, is accepted again. Each method moves records from one column to
 * another, so the sum always holds.
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

  /** Pending records that were merged into another pending record, or that need no row any more. */
  coalesce(records: number): void {
    this.#pending -= records;
    this.#coalesced += records;
  }

  /**
   * Accepted records that were never pending themselves: another record of their batch contains
   * them, or a delete covers them.
   */
  acceptCoalesced(records: number): void {
    this.#accepted += records;
    this.#coalesced += records;
  }

  /**
   * The outcome of pending records. A write that a delete covers counts as coalesced: the delete is
   * newer.
   */
  settle(collection: CollectionName, { stored, quarantined, covered }: SettledRecords): void {
    this.#pending -= stored + quarantined + covered;
    this.#stored.set(collection, (this.#stored.get(collection) ?? 0) + stored);
    this.#quarantined += quarantined;
    this.#coalesced += covered;
  }

  /** Quarantined records that a person dropped on this instance. */
  drop(records: number): void {
    this.#dropped += records;
  }

  /** Records stored since the start, by collection. */
  get storedByCollection(): ReadonlyMap<CollectionName, number> {
    return new Map(this.#stored);
  }

  /** Records stored since `before`, an earlier `storedByCollection`. */
  storedSince(before: ReadonlyMap<CollectionName, number>): ReadonlyMap<CollectionName, number> {
    return new Map(
      [...this.#stored].map(([name, stored]) => [name, stored - (before.get(name) ?? 0)]),
    );
  }

  /** Stored or quarantined records, of all collections. */
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
  /** Not part of the equation: dropped records still count in `quarantined`. */
  readonly dropped: number;
}
