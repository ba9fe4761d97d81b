import { COLLECTIONS, collectionOf } from '../domain/collections.js';
import { DEFAULT_SORT } from '../domain/query.js';
import { type VersionSequence, versionAt } from '../domain/version.js';
import { toRecord } from '../domain/write.js';
import type { Journal } from '../ports/journal.js';
import type { Logger } from '../ports/logger.js';
import type { Quarantine } from '../ports/quarantine.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { Ledger } from './buffer/ledger.js';
import type { WriteBuffer } from './buffer/write-buffer.js';

/** Takes up where an earlier run left off; done before the first request. */
export class Restart {
  constructor(
    private readonly dependencies: {
      readonly journal: Journal;
      readonly quarantine: Quarantine;
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly ledger: Ledger;
      readonly versions: VersionSequence;
      readonly logger: Logger;
    },
  ) {}

  /** Returns how many records were taken back from the journal. */
  async run(): Promise<number> {
    const { journal, quarantine, buffer, ledger, versions, logger } = this.dependencies;
    ledger.inherit(quarantine.count());
    await this.#observeStores();
    let records = 0;
    for await (const { sequence, collection, writes } of journal.replay()) {
      for (const { version } of writes) versions.observe(version);
      await buffer.restore(collectionOf(collection), writes, sequence);
      records += writes.length;
    }
    for (const damage of journal.status().damage)
      logger.error({ damage }, 'The journal was damaged');
    return records;
  }

  /**
   * The clock of the machine may have been set back while the service was down; a new write must
   * not look older than what is stored. A store that is down is asked no further: then the journal
   * alone tells.
   */
  async #observeStores(): Promise<void> {
    const { registry, versions, logger } = this.dependencies;
    for (const collection of COLLECTIONS) {
      try {
        const { items } = await registry.backendOf(collection.name).query(collection, {
          conditions: [],
          sort: { ...DEFAULT_SORT, field: 'updated_at' },
          window: { kind: 'page', page: 1, size: 1 },
        });
        for (const write of items) {
          versions.observe(versionAt(Number(toRecord(collection, write).updated_at) + 1));
        }
      } catch (error) {
        logger.warn(
          { err: error, collection: collection.name },
          'The newest record could not be read',
        );
      }
    }
  }
}
