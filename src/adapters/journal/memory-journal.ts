import type { CollectionName } from '../../domain/collection.js';
import type { Version } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import type { Journal, JournalEntry, JournalStatus } from '../../ports/journal.js';

/**
 * `buffer.durability: memory`: acknowledges at once and keeps nothing, so a crash loses what was
 * not flushed: at most `max_buffer_size` records or `flush_interval` seconds.
 */
export class MemoryJournal implements Journal {
  #sequence = 0;
  #highWater: Version = 0;

  async open(): Promise<void> {}

  async *replay(): AsyncIterable<JournalEntry> {}

  async append(_collection: CollectionName, _writes: readonly Write[]): Promise<number> {
    this.#sequence += 1;
    return this.#sequence;
  }

  async checkpoint(_sequence: number, highWater: Version): Promise<void> {
    this.#highWater = Math.max(this.#highWater, highWater);
  }

  highWater(): Version {
    return this.#highWater;
  }

  async settle(): Promise<void> {}

  status(): JournalStatus {
    return {
      writable: true,
      reason: null,
      damage: [],
      bytes: 0,
      limitBytes: Number.POSITIVE_INFINITY,
      segments: 0,
      lastSyncSeconds: null,
      syncs: 0,
      syncSeconds: 0,
    };
  }

  async close(): Promise<void> {}
}
