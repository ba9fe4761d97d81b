import type { Collection, CollectionName } from '../../../domain/collection.js';
import { childrenOf, collectionOf } from '../../../domain/collections/family.js';
import { COLLECTIONS } from '../../../domain/collections/list.js';
import { StorageUnavailableError } from '../../../domain/errors.js';
import type { Tombstone } from '../../../domain/tombstone.js';
import type { Version } from '../../../domain/version.js';
import type { Clock } from '../../../ports/clock.js';
import type { StorageRegistry } from '../../../ports/storage-backend.js';
import type { ReleaseQuarantined } from '../../quarantine/release.js';
import type { Ledger } from '../ledger.js';
import type { PendingCollections } from '../pending/pending-collections.js';
import type { WaitingWrite } from '../pending/pending-writes.js';
import type { HeldBack } from './checkpoints.js';
import type { ObserveStores } from './observe-stores.js';
import type { SettleWrites } from './settle-writes.js';
import type { Unsettled } from './unsettled.js';

/** Rows per transaction: enough to be efficient, few enough not to delay reads. */
const ROWS_PER_WRITE = 1000;
/** Maximum memory of the writes of one transaction, in bytes; a single larger write is allowed. */
const BYTES_PER_WRITE = 8 * 1024 * 1024;
/** Concurrent transactions: the store stays busy while the next rows are prepared. */
const LANES = 2;

export interface FlushRoundDependencies {
  readonly registry: StorageRegistry;
  readonly clock: Clock;
  readonly observeStores: ObserveStores;
  readonly settleWrites: SettleWrites;
  readonly release: ReleaseQuarantined;
  readonly ledger: Ledger;
}

/** A record on which the store fails, although it stores others. */
export interface StuckRecord {
  readonly collection: CollectionName;
  readonly key: string;
  readonly version: Version;
  readonly reason: string;
}

/**
 * Writes out all pending records, parents before children, and settles them chunk by chunk: a chunk
 * is settled once its records are stored or durably quarantined. Quarantined orphans of the new
 * parents are released in the same round. If the store fails, the writes that are not settled
 * become pending again or are dropped (unsettled.ts), and the error is thrown.
 */
export class FlushRound {
  /** Parents that are stored, and whose orphans have not been released yet. */
  readonly #arrived = new Map<CollectionName, Set<string>>();
  /** Tombstones of writes that a delete covered in the buffer, before they reached the store. */
  readonly #inherited = new Map<CollectionName, Tombstone[]>();
  /** Records on which the store failed, by collection and key. */
  readonly #stuck = new Map<string, StuckRecord>();
  /** The last round failed with an unknown error, or found records on which the store fails. */
  #suspectsRecords = false;

  constructor(
    private readonly dependencies: FlushRoundDependencies,
    private readonly pending: PendingCollections,
    private readonly unsettled: Unsettled,
  ) {}

  /**
   * True if parents are stored whose orphans have not been released yet, because the store failed
   * in between.
   */
  get awaitsRelease(): boolean {
    return this.#arrived.size > 0 || this.#inherited.size > 0;
  }

  /**
   * Records on which the store failed in the last round, and that are pending for the next attempt,
   * as they were or written again.
   */
  get stuck(): readonly StuckRecord[] {
    return [...this.#stuck.values()].filter(({ collection, key, version }) => {
      const pending = this.pending.of(collection).find(key);
      return pending !== null && pending.version >= version;
    });
  }

  /** The writes that are still pending although the last round succeeded. */
  heldBack(): readonly HeldBack[] {
    return COLLECTIONS.flatMap(({ name }) => {
      const writes = this.pending.of(name).heldBack();
      return writes.length === 0 ? [] : [{ collection: name, writes }];
    });
  }

  /** Tombstones that the store receives with the next round, or at once with `deliver`. */
  inherit(name: CollectionName, tombstones: readonly Tombstone[]): void {
    if (tombstones.length === 0) return;
    const all = this.#inherited.get(name) ?? [];
    all.push(...tombstones);
    this.#inherited.set(name, all);
  }

  /** Throws StorageUnavailableError, and keeps the tombstones that the store has not received. */
  async deliver(): Promise<void> {
    for (const [name, tombstones] of this.#inherited) {
      const collection = collectionOf(name);
      this.#inherited.delete(name);
      try {
        await this.dependencies.registry.backendOf(name).inherit(collection, tombstones);
      } catch (error) {
        this.inherit(name, tombstones);
        throw error;
      }
    }
  }

  /** Calls `taking` at the moment at which it takes the pending writes. */
  async run(taking: () => void): Promise<void> {
    try {
      await this.dependencies.observeStores.run();
      if (this.#inherited.size > 0) await this.deliver();
    } catch (error) {
      this.unsettled.untaken(error);
      throw error;
    }
    taking();
    const now = this.dependencies.clock.monotonic();
    // All collections are taken at the same moment. A parent accepted before its child is therefore
    // in this round or an earlier one, never in a later one.
    const taken = COLLECTIONS.map((collection) => ({
      collection,
      writes: this.pending.of(collection.name).take(now),
    }));
    try {
      for (const { collection, writes } of taken) await this.#writeAll(collection, writes);
      this.#suspectsRecords = this.#stuck.size > 0;
    } catch (error) {
      this.#suspectsRecords = error instanceof StorageUnavailableError && error.unclear;
      this.unsettled.rest(error);
      throw error;
    }
    this.unsettled.rest(null);
    for (const [name, keys] of this.#arrived) {
      await this.dependencies.release.orphansOf(collectionOf(name), [...keys]);
      this.#arrived.delete(name);
    }
  }

  async #writeAll(collection: Collection, writes: readonly WaitingWrite[]): Promise<void> {
    // The lanes share the chunks. A lane that fails leaves none for the other lanes.
    const chunks = chunksOf(writes);
    const lane = async () => {
      for (const chunk of chunks) await this.#writeChunk(collection, chunk);
    };
    // Waits for all lanes before anything is pending again: no write may be stored and put back at
    // once.
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    const failed = lanes.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  async #writeChunk(collection: Collection, chunk: readonly WaitingWrite[]): Promise<void> {
    const { settleWrites, ledger } = this.dependencies;
    const pending = this.pending.of(collection.name);
    const writes = chunk.map(({ write }) => write);
    const { missingKeys, arrivedParents, stuck, ...records } = await settleWrites.settle(
      collection,
      writes,
      { suspectsRecords: this.#suspectsRecords },
    );
    this.unsettled.stuck(pending, stuck);
    if (this.#stuck.size > 0)
      for (const { key } of writes) this.#stuck.delete(`${collection.name}/${key}`);
    for (const { write, error } of stuck) {
      const { key, version } = write;
      const record = { collection: collection.name, key, version, reason: error.message };
      this.#stuck.set(`${collection.name}/${key}`, record);
    }
    ledger.settle(collection.name, records);
    pending.settle(writes);
    if (childrenOf(collection).length > 0) {
      const keys = writes.map(({ key }) => key);
      this.#note(
        collection.name,
        keys.filter((key) => !missingKeys.has(key)),
      );
    }
    if (collection.parent !== null) this.#note(collection.parent.collection, arrivedParents);
  }

  #note(parents: CollectionName, keys: readonly string[]): void {
    if (keys.length === 0) return;
    const known = this.#arrived.get(parents) ?? new Set();
    for (const key of keys) known.add(key);
    this.#arrived.set(parents, known);
  }
}

function* chunksOf(writes: readonly WaitingWrite[]): Generator<readonly WaitingWrite[], void> {
  let from = 0;
  while (from < writes.length) {
    let bytes = 0;
    let until = from;
    while (until < writes.length && until - from < ROWS_PER_WRITE) {
      bytes += writes[until]?.bytes ?? 0;
      if (until > from && bytes > BYTES_PER_WRITE) break;
      until += 1;
    }
    yield writes.slice(from, until);
    from = until;
  }
}
