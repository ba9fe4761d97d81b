import type { Collection, FieldValue } from '../domain/collection.js';
import { ServiceError } from '../domain/errors.js';
import { coalesce } from '../domain/merge.js';
import { acceptedAt, type VersionSequence } from '../domain/version.js';
import { newWrite, type Write } from '../domain/write.js';
import type { Clock } from '../ports/clock.js';
import type { Quarantine } from '../ports/quarantine.js';
import type { Ledger } from './buffer/ledger.js';
import type { WriteBuffer } from './buffer/write-buffer.js';

/** A valid record as a client sent it: the fields it carried, times as epoch milliseconds. */
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
  /** The records that the store refused, by their place in the batch. */
  readonly quarantined: readonly {
    readonly index: number;
    readonly key: string;
    readonly reason: string;
  }[];
}

/** The way in for writes: stamps a batch with its accepted version and hands it to the buffer. */
export class AcceptBatch {
  #accepting = true;

  constructor(
    private readonly dependencies: {
      readonly buffer: WriteBuffer;
      readonly quarantine: Quarantine;
      readonly ledger: Ledger;
      readonly versions: VersionSequence;
      readonly clock: Clock;
    },
  ) {}

  /**
   * Resolves when the batch is as durable as `buffer.durability` promises. A key that comes twice
   * is merged as if it had come in two batches. Throws BUFFER_FULL, JOURNAL_UNAVAILABLE or
   * SHUTTING_DOWN, and then has kept nothing.
   */
  async accept(collection: Collection, records: readonly IncomingRecord[]): Promise<AcceptedBatch> {
    const { version } = await this.#add(collection, records);
    return { count: records.length, acceptedAt: acceptedAt(version) };
  }

  /**
   * As `accept`, but resolves when the records are stored or quarantined. Throws
   * STORAGE_UNAVAILABLE when the store could not take them now: they are accepted all the same,
   * will be stored later, and may be sent again without harm.
   */
  async acceptAndStore(
    collection: Collection,
    records: readonly IncomingRecord[],
  ): Promise<StoredBatch> {
    const { version } = await this.#add(collection, records);
    await this.dependencies.buffer.flush();
    return {
      count: records.length,
      acceptedAt: acceptedAt(version),
      quarantined: records.flatMap(({ key }, index) => {
        const found = this.dependencies.quarantine.find(collection.name, key);
        // An older version in quarantine is another batch's: this one was stored.
        return found === null || found.write.version < version
          ? []
          : [{ index, key, reason: found.reason }];
      }),
    };
  }

  /** From now on every batch is refused. */
  stop(): void {
    this.#accepting = false;
  }

  async #add(
    collection: Collection,
    records: readonly IncomingRecord[],
  ): Promise<{ version: number }> {
    if (!this.#accepting) {
      throw new ServiceError(
        'SHUTTING_DOWN',
        'The service is shutting down; nothing of this batch was kept.',
        {
          retryAfter: 5,
        },
      );
    }
    const { buffer, versions, clock, ledger } = this.dependencies;
    const version = versions.next(clock.now());
    const writes: readonly Write[] = coalesce(
      collection,
      records.map(({ key, fields }) => newWrite(key, version, fields)),
    );
    if (writes.length > 0) await buffer.add(collection, writes);
    const duplicates = records.length - writes.length;
    ledger.accept(duplicates);
    ledger.coalesce(duplicates);
    return { version };
  }
}
