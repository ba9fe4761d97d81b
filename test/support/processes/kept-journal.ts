import { MemoryJournal } from '../../../src/adapters/journal/memory-journal.js';
import type { CollectionName } from '../../../src/domain/collection.js';
import type { Version } from '../../../src/domain/version.js';
import type { Write } from '../../../src/domain/write.js';
import type { JournalEntry } from '../../../src/ports/journal.js';

/**
 * A journal that survives a crash, and replays as much as its contract permits: everything,
 * including entries before the checkpoint. That must make no difference.
 */
export class KeptJournal extends MemoryJournal {
  override readonly keepsEntries = true;
  readonly #earlier: readonly JournalEntry[];
  readonly #appended: JournalEntry[] = [];
  #highWater: Version;
  /** Greatest sequence number of a checkpoint. */
  checkpointed = 0;
  /** Called before each append. */
  before: () => Promise<void> = async () => undefined;

  constructor(earlier: readonly JournalEntry[] = [], highWater: Version = 0) {
    super();
    this.#earlier = earlier;
    this.#highWater = highWater;
  }

  /** The journal for the next run. */
  afterCrash(): KeptJournal {
    return new KeptJournal([...this.#earlier, ...this.#appended], this.#highWater);
  }

  /** The journal for the next run after everything was stored and the segments were removed. */
  afterCheckpoint(): KeptJournal {
    return new KeptJournal([], this.#highWater);
  }

  override async *replay(): AsyncIterable<JournalEntry> {
    yield* this.#earlier;
  }

  override async append(collection: CollectionName, writes: readonly Write[]): Promise<number> {
    await this.before();
    const sequence = this.#earlier.length + this.#appended.length + 1;
    this.#appended.push({ sequence, collection, writes });
    return sequence;
  }

  override async checkpoint(sequence: number, highWater: Version): Promise<void> {
    this.checkpointed = Math.max(this.checkpointed, sequence);
    this.#highWater = Math.max(this.#highWater, highWater);
  }

  override highWater(): Version {
    return this.#highWater;
  }
}
