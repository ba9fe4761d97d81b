import { randomUUID } from 'node:crypto';
import type { CollectionName } from '../../domain/collection.js';
import type { Version } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import type { Journal, JournalEntry, JournalIdentity } from '../../ports/journal.js';
import { FileJournal } from './file/file-journal.js';
import type { JournalFolder } from './file/journal-folder.js';
import type { JournalFigures } from './journal-figures.js';

/**
 * Keeps nothing. `buffer.durability: memory` acknowledges at once, so a crash loses unflushed
 * writes: at most `max_buffer_size` records or `flush_interval` seconds. `stored` acknowledges what
 * the store has committed, so there is nothing to keep.
 *
 * If an earlier run left a FileJournal in the folder, it is replayed, and stays there until it is
 * stored. Its sequence numbers come first, and those of this journal continue after them. Once it
 * is stored, nothing is written there any more, except the greatest accepted version when this
 * journal is closed. A folder without a journal is not touched.
 */
export class MemoryJournal implements Journal {
  readonly keepsEntries: boolean = false;
  readonly #id = randomUUID();
  #earlier: FileJournal | null = null;
  /** The number of the last entry of the earlier journal. */
  #lastOfEarlier = 0;
  #isReplayed = false;
  #isDrained = false;
  #sequence = 0;
  #highWater: Version = 0;

  constructor(private readonly folder: JournalFolder | null = null) {}

  /** Throws ConfigurationError if another process has the folder of an earlier journal. */
  async open(): Promise<void> {
    if (this.folder === null || !(await FileJournal.isIn(this.folder))) return;
    const earlier = new FileJournal(this.folder);
    await earlier.open();
    this.#earlier = earlier;
    this.#lastOfEarlier = earlier.lastSequence;
    this.#sequence = earlier.lastSequence;
    this.#highWater = earlier.highWater();
  }

  async *replay(): AsyncIterable<JournalEntry> {
    if (this.#earlier !== null) yield* this.#earlier.replay();
    this.#isReplayed = true;
  }

  async append(_collection: CollectionName, _writes: readonly Write[]): Promise<number> {
    this.#sequence += 1;
    return this.#sequence;
  }

  async checkpoint(sequence: number, highWater: Version): Promise<void> {
    this.#highWater = Math.max(this.#highWater, highWater);
    if (this.#earlier === null || this.#isDrained) return;
    this.#isDrained = this.#isReplayed && sequence >= this.#lastOfEarlier;
    await this.#earlier.checkpoint(Math.min(sequence, this.#lastOfEarlier), this.#highWater);
  }

  highWater(): Version {
    return this.#highWater;
  }

  identity(): JournalIdentity {
    return this.#earlier?.identity() ?? { id: this.#id, survives: false };
  }

  async settle(): Promise<void> {
    await this.#earlier?.settle();
  }

  status(): JournalFigures {
    const earlier = this.#earlier?.status();
    return {
      writable: true,
      reason: null,
      damage: earlier?.damage ?? [],
      bytes: earlier?.bytes ?? 0,
      limitBytes: Number.POSITIVE_INFINITY,
      segments: earlier?.segments ?? 0,
      lastSyncSeconds: null,
      syncs: 0,
      syncSeconds: 0,
    };
  }

  async close(): Promise<void> {
    const earlier = this.#earlier;
    if (earlier === null) return;
    this.#earlier = null;
    await earlier.checkpoint(0, this.#highWater);
    await earlier.close();
  }
}
