import type { CollectionName } from '../../../src/domain/collection.js';
import type { Version } from '../../../src/domain/version.js';
import type { Write } from '../../../src/domain/write.js';
import type { Journal, JournalEntry } from '../../../src/ports/journal.js';
import type { Durability } from './steps.js';
import { forever } from './store-link.js';
import type { Truth } from './truth.js';

/**
 * A journal that reports what was accepted. After a kill of its process it reports nothing more.
 * With `durability: stored` a batch that passes through it is not accepted yet.
 */
export class WitnessedJournal implements Journal {
  #isDead = false;
  /** Batches that were not accepted here. */
  readonly #passed: (readonly Write[])[] = [];

  constructor(
    private readonly inner: Journal,
    private readonly by: number,
    private readonly truth: Truth,
    private readonly durability: Durability,
    /**
     * Checks that every assigned version is newer than what the instance knows to have been
     * accepted before.
     */
    private readonly checkNewer: (version: Version) => void,
  ) {}

  /** Whether a batch is accepted when it is here. */
  get isHolding(): boolean {
    return this.durability === 'journal';
  }

  die(): void {
    this.#isDead = true;
  }

  get keepsEntries(): boolean {
    return this.inner.keepsEntries;
  }

  async append(
    collection: CollectionName,
    writes: readonly Write[],
    options?: { readonly again: boolean },
  ): Promise<number> {
    // Accepted before.
    if (options?.again) return this.inner.append(collection, writes, options);
    for (const { version } of writes.slice(0, 1)) this.checkNewer(version);
    const sequence = await this.inner.append(collection, writes, options);
    if (this.#isDead) return forever();
    if (this.durability === 'stored') {
      this.#passed.push(writes);
      this.truth.attempted(collection, writes);
    } else this.truth.accepted(this.by, collection, writes);
    return sequence;
  }

  /** The store has accepted the batch that contains this value. */
  acknowledge(collection: CollectionName, key: string, field: string, value: unknown): void {
    const batch = this.#passed.find((writes) =>
      writes.some((write) => write.key === key && write.fields[field] === value),
    );
    if (batch !== undefined) this.truth.accepted(this.by, collection, batch);
  }

  /** What was on disk when the process was killed counts as accepted, acknowledged or not. */
  async *replay(): AsyncIterable<JournalEntry> {
    for await (const entry of this.inner.replay()) {
      this.truth.accepted(this.by, entry.collection, entry.writes);
      yield entry;
    }
  }

  open(): Promise<void> {
    return this.inner.open();
  }

  checkpoint(sequence: number, highWater: Version): Promise<void> {
    return this.inner.checkpoint(sequence, highWater);
  }

  highWater(): Version {
    return this.inner.highWater();
  }

  settle(): Promise<void> {
    return this.inner.settle();
  }

  identity() {
    return this.inner.identity();
  }

  status() {
    return this.inner.status();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
