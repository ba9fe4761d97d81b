import type { Collection, FieldValue } from '../../domain/collection.js';
import { type Issue, ServiceError } from '../../domain/errors.js';
import { coalesce } from '../../domain/merge.js';
import { acceptedAt, type Version, type VersionSequence } from '../../domain/version.js';
import { newWrite, type Write } from '../../domain/write.js';
import type { Clock } from '../../ports/clock.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { ObserveStores } from '../buffer/flush/observe-stores.js';
import type { Ledger } from '../buffer/ledger.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { StoreBatch } from './store-batch.js';

/** A valid record as a client sent it: the fields it contains, times as epoch milliseconds. */
export interface IncomingRecord {
  readonly key: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export interface AcceptedBatch {
  readonly count: number;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
}

export interface StoredBatch extends AcceptedBatch {
  /** The records that the store refused, by their position in the batch. */
  readonly quarantined: readonly {
    readonly index: number;
    readonly key: string;
    readonly reason: string;
  }[];
}

/** Accepts writes: stamps a batch with its version and passes it to the buffer. */
export class AcceptBatch {
  #accepting = true;

  constructor(
    private readonly dependencies: {
      readonly buffer: WriteBuffer;
      readonly storeBatch: StoreBatch;
      readonly holdsAccepted: boolean;
      readonly observeStores: ObserveStores;
      readonly registry: StorageRegistry;
      readonly ledger: Ledger;
      readonly versions: VersionSequence;
      readonly clock: Clock;
    },
  ) {}

  /**
   * Resolves when the batch is as durable as `buffer.durability` promises; with `stored`, as
   * `acceptAndStore` does. A key that occurs twice is merged as if it had come in two batches. Throws
   * SESSION_MISMATCH, BUFFER_FULL, JOURNAL_UNAVAILABLE or SHUTTING_DOWN, and then keeps nothing.
   */
  async accept(
    collection: Collection,
    records: readonly IncomingRecord[],
  ): Promise<AcceptedBatch | StoredBatch> {
    const { buffer, holdsAccepted } = this.dependencies;
    if (!holdsAccepted) return this.acceptAndStore(collection, records);
    const version = await this.#pass(collection, records, (writes) =>
      buffer.add(collection, writes),
    );
    return { count: records.length, acceptedAt: acceptedAt(version) };
  }

  /**
   * Like `accept`, but resolves when the records are stored or quarantined. Throws
   * STORAGE_UNAVAILABLE if the store could not store them now. With `durability: stored` nothing is
   * kept then; otherwise they are still accepted and will be stored later. Either way, they may be
   * sent again without harm: some may be stored.
   */
  async acceptAndStore(
    collection: Collection,
    records: readonly IncomingRecord[],
  ): Promise<StoredBatch> {
    const { ledger, storeBatch } = this.dependencies;
    const quarantinedBefore = ledger.totals().quarantined;
    const version = await this.#pass(collection, records, (writes) =>
      storeBatch.run(collection, writes),
    );
    const isAnyQuarantined = ledger.totals().quarantined > quarantinedBefore;
    return {
      count: records.length,
      acceptedAt: acceptedAt(version),
      quarantined: isAnyQuarantined ? await this.#quarantined(collection, records, version) : [],
    };
  }
  async #quarantined(
    collection: Collection,
    records: readonly IncomingRecord[],
    version: Version,
  ): Promise<StoredBatch['quarantined']> {
    const { quarantine } = this.dependencies.registry.backendOf(collection.name);
    const keys = [...new Set(records.map(({ key }) => key))];
    const found = await quarantine.find(collection, keys);
    const field = collection.parent?.field;
    const reasons = new Map(
      found.flatMap(({ key, parent, version: of, reason }) =>
        // An older version in quarantine belongs to another batch: this one was stored.
        of < version ? [] : [[identityOf(key, parent), reason] as const],
      ),
    );
    return records.flatMap((record, index) => {
      const parent = field === undefined ? null : String(record.fields[field]);
      const reason = reasons.get(identityOf(record.key, parent));
      return reason === undefined ? [] : [{ index, key: record.key, reason }];
    });
  }

  /** Every batch is refused from now on. */
  stop(): void {
    this.#accepting = false;
  }

  /** Passes the records on as writes of one version, each key once. Returns the version. */
  async #pass(
    collection: Collection,
    records: readonly IncomingRecord[],
    add: (writes: readonly Write[]) => Promise<void>,
  ): Promise<Version> {
    if (!this.#accepting) {
      throw new ServiceError(
        'SHUTTING_DOWN',
        'The service is shutting down; nothing of this batch was kept.',
        {
          retryAfter: 5,
        },
      );
    }
    const { versions, clock, ledger, holdsAccepted, observeStores } = this.dependencies;
    // Without a journal only the stores know what this instance accepted before: it must be newer.
    if (!holdsAccepted && !observeStores.isDone) await this.#observeStores(records);
    const hasKeyTwice = new Set(records.map(({ key }) => key)).size < records.length;
    this.#checkParents(collection, records, hasKeyTwice);
    const version = versions.next(clock.now());
    const each = records.map(({ key, fields }) => newWrite(key, version, fields));
    const writes: readonly Write[] = hasKeyTwice ? coalesce(collection, each) : each;
    if (writes.length > 0) await add(writes);
    ledger.acceptCoalesced(records.length - writes.length);
    return version;
  }

  /** Counts the records as pending meanwhile, so that a store that hangs fills no memory. */
  async #observeStores(waiting: readonly IncomingRecord[]): Promise<void> {
    const { buffer, observeStores } = this.dependencies;
    const writes = waiting.map(({ key, fields }) => newWrite(key, 0, fields));
    await buffer.countDuring(writes, () => observeStores.run());
  }

  /**
   * A record belongs to one parent permanently. The stores refuse a conflict with what is stored; a
   * conflict with a pending write, or within the batch, is found here. Throws SESSION_MISMATCH.
   */
  #checkParents(
    collection: Collection,
    records: readonly IncomingRecord[],
    hasKeyTwice: boolean,
  ): void {
    const { parent } = collection;
    if (parent === null) return;
    const { buffer } = this.dependencies;
    const inBatch = new Map<string, string>();
    const issues: Issue[] = [];
    for (const [index, { key, fields }] of records.entries()) {
      const named = String(fields[parent.field]);
      const known = (hasKeyTwice ? inBatch.get(key) : null) ?? buffer.parentOf(collection, key);
      if (known !== null && known !== named) {
        issues.push({
          path: `[${index}].${parent.field}`,
          message: `${collection.key} ${JSON.stringify(key)} already belongs to ${parent.field} ${JSON.stringify(known)}, in a pending write or in this batch`,
          value: named,
        });
      }
      if (hasKeyTwice) inBatch.set(key, known ?? named);
    }
    const [first] = issues;
    if (first === undefined) return;
    throw new ServiceError(
      'SESSION_MISMATCH',
      `${first.message}. A record belongs to one ${parent.field} permanently, and its id is unique across all of them: give the other record its own id. Nothing of this batch was kept.`,
      { issues },
    );
  }
}

/** The quarantine may hold records of several parents under one key. */
function identityOf(key: string, parent: string | null): string {
  return JSON.stringify([key, parent]);
}
