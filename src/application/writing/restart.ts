import type { Collection, CollectionName } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import type { VersionSequence } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import { ConfigurationError } from '../../ports/configuration-error.js';
import type { Journal } from '../../ports/journal.js';
import type { Logger } from '../../ports/logger.js';
import type { ObserveStores } from '../buffer/flush/observe-stores.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';

/** The quarantine that versions before 1.1.0 kept in a separate file. */
export interface EarlierQuarantine {
  /** In slices that fit into a journal entry. */
  read(): AsyncIterable<{
    readonly collection: CollectionName;
    readonly writes: readonly Write[];
  }>;
  /** Called when everything is stored, or in the quarantine of its store. */
  forget(): Promise<void>;
}

/** Restores the state of an earlier run; runs before the first request. */
export class Restart {
  constructor(
    private readonly dependencies: {
      readonly journal: Journal;
      readonly observeStores: ObserveStores;
      readonly buffer: WriteBuffer;
      readonly versions: VersionSequence;
      readonly earlierQuarantine: EarlierQuarantine;
      readonly logger: Logger;
    },
  ) {}

  /** Returns how many records were restored from the journal. */
  async run(): Promise<number> {
    const { journal, buffer, versions, logger } = this.dependencies;
    versions.observe(journal.highWater());
    await this.#observeStores();
    let records = 0;
    for await (const { sequence, collection, writes } of journal.replay()) {
      for (const { version } of writes) versions.observe(version);
      await buffer.restore(collectionOf(collection), writes, sequence);
      records += writes.length;
    }
    records += await this.#takeOverQuarantine();
    for (const damage of journal.status().damage)
      logger.error({ damage }, 'The journal was damaged');
    return records;
  }

  /**
   * Records that an earlier version kept in quarantine beside the journal. They are accepted again;
   * their store stores or quarantines them.
   */
  async #takeOverQuarantine(): Promise<number> {
    const { journal, buffer, versions, earlierQuarantine, logger } = this.dependencies;
    let records = 0;
    try {
      for await (const { collection, writes } of earlierQuarantine.read()) {
        // Of one key with two parents only one may be pending; the store decides which it belongs
        // to.
        if (this.#namesOtherParents(collectionOf(collection), writes)) await buffer.flush();
        for (const { version } of writes) versions.observe(version);
        const sequence = await journal.append(collection, writes);
        await buffer.restore(collectionOf(collection), writes, sequence);
        records += writes.length;
      }
      if (records > 0) {
        await buffer.flush();
        // A flush that succeeds leaves a record on which the store fails, and nothing else keeps it.
        if (buffer.snapshot().pending > 0 && !journal.keepsEntries)
          throw new Error('the store fails on one of them');
      }
      await earlierQuarantine.forget();
      if (records > 0) logger.info({ records }, 'Records of the earlier quarantine imported');
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      logger.warn(
        { err: error, records },
        'Records of the earlier quarantine are not stored yet; it is read again at the next start',
      );
    }
    return records;
  }

  /** Whether they name other parents than the pending writes of the same keys. */
  #namesOtherParents(collection: Collection, writes: readonly Write[]): boolean {
    const field = collection.parent?.field;
    if (field === undefined) return false;
    return writes.some(({ key, fields }) => {
      const waiting = this.dependencies.buffer.parentOf(collection, key);
      return waiting !== null && waiting !== fields[field];
    });
  }

  /**
   * An unreachable store is queried before the first flush to it; until then only the journal
   * counts.
   */
  async #observeStores(): Promise<void> {
    const { observeStores, logger } = this.dependencies;
    try {
      await observeStores.run();
    } catch (error) {
      logger.warn({ err: error }, 'The newest version of a store could not be read');
    }
  }
}
