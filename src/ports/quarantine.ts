import type { CollectionName } from '../domain/collection.js';
import type { Write } from '../domain/write.js';

/** A record that its store refused, kept until someone requeues or drops it. */
export interface QuarantinedRecord {
  /** Unique over collections and restarts. */
  readonly id: string;
  readonly collection: CollectionName;
  readonly write: Write;
  /** Such as `MISSING_PARENT: session "s-1" does not exist`. */
  readonly reason: string;
  /** The key of the missing parent, when that is the reason: it comes home when the parent arrives. */
  readonly missingParent: string | null;
  /** How often the store has refused it. */
  readonly attempts: number;
  /** Epoch milliseconds of the last refusal. */
  readonly quarantinedAt: number;
}

/**
 * Keeps refused records.
 *
 * To its implementer: `add` and `remove` resolve when the change is as durable as the journal.
 * One key has at most one record: adding another merges the writes (domain/merge.ts), keeps the
 * id and adds up the attempts.
 */
export interface Quarantine {
  open(): Promise<void>;
  /** Returns how many of them were merged into a record that was there already. */
  add(refusals: readonly Refusal[]): Promise<number>;
  /** Newest first. */
  list(): readonly QuarantinedRecord[];
  get(id: string): QuarantinedRecord | null;
  find(collection: CollectionName, key: string): QuarantinedRecord | null;
  /** The records whose missing parent is one of these. */
  waitingFor(parents: ReadonlySet<string>): readonly QuarantinedRecord[];
  /** Returns how many of these were there. */
  remove(ids: readonly string[]): Promise<number>;
  count(): number;
  close(): Promise<void>;
}

export interface Refusal {
  readonly collection: CollectionName;
  readonly write: Write;
  readonly reason: string;
  readonly missingParent: string | null;
  readonly at: number;
}
