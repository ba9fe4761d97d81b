import { collectionOf } from '../domain/collections.js';
import type { VersionSequence } from '../domain/version.js';
import type { Journal } from '../ports/journal.js';
import type { Logger } from '../ports/logger.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { WriteBuffer } from './buffer/write-buffer.js';

/** Takes up where an earlier run left off; done before the first request. */
export class Restart {
  constructor(
    private readonly dependencies: {
      readonly journal: Journal;
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly versions: VersionSequence;
      readonly logger: Logger;
    },
  ) {}

  /** Returns how many records were taken back from the journal. */
  async run(): Promise<number> {
    const { journal, buffer, versions, logger } = this.dependencies;
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
    for (const backend of registry.backends()) {
      try {
        versions.observe(await backend.newestVersion());
      } catch (error) {
        logger.warn({ err: error, backend: backend.name }, 'The newest version could not be read');
      }
    }
  }
}
