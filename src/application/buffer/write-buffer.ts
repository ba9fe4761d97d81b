import type { Collection } from '../../domain/collection.js';
import { goneSubject } from '../../domain/tombstone.js';
import type { Version, VersionSequence } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import type { Backoff } from '../../ports/backoff.js';
import type { RecordName } from '../../ports/deletion.js';
import type { Journal } from '../../ports/journal.js';
import type { Logger } from '../../ports/logger.js';
import type { Metrics } from '../../ports/metrics.js';
import type { BufferSettings, FlushReport } from './buffer-settings.js';
import { Checkpoints } from './flush/checkpoints.js';
import { FlushRound, type FlushRoundDependencies, type StuckRecord } from './flush/flush-round.js';
import { FlushSchedule } from './flush/flush-schedule.js';
import { flushUntilStored } from './flush/flush-until-stored.js';
import { measureFlush } from './flush/measure-flush.js';
import { Unsettled } from './flush/unsettled.js';
import type { AwaitedBatches } from './pending/awaited-batches.js';
import { BatchesUnderWay } from './pending/batches-under-way.js';
import { Capacity, loadOf } from './pending/capacity.js';
import { ParentClaims } from './pending/parent-claims.js';
import { least, PendingCollections } from './pending/pending-collections.js';
import { writeBytes } from './pending/write-bytes.js';
import { type BufferSnapshot, snapshotOf } from './snapshot.js';

export interface WriteBufferDependencies extends FlushRoundDependencies {
  readonly journal: Journal;
  readonly versions: VersionSequence;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly backoff: Backoff;
  readonly awaited: AwaitedBatches;
  readonly settings: BufferSettings;
}

/** Most times per flush interval that records on which the store fails are journaled again. */
const KEPT_PER_INTERVAL = 6;

/**
 * Accepted writes that are not stored yet: journaled first, coalesced per key while they are
 * pending, written out in bulk by a flush (flush-schedule.ts decides when, flush-round.ts how), and
 * visible to reads of single records all the time.
 */
export class WriteBuffer {
  readonly #pending = new PendingCollections();
  readonly #capacity: Capacity;
  readonly #schedule: FlushSchedule;
  readonly #round: FlushRound;
  readonly #claims = new ParentClaims();
  readonly #checkpoints: Checkpoints;
  readonly #underWay = new BatchesUnderWay();
  #deletions = 0;
  /** Writes of an earlier journal are pending. */
  #isDraining = false;
  #lastFlushTime: number | null = null;

  constructor(private readonly dependencies: WriteBufferDependencies) {
    const { settings, clock, backoff, logger } = dependencies;
    this.#capacity = new Capacity(settings, () => this.#pending.load);
    this.#checkpoints = new Checkpoints(dependencies, settings.flushInterval / KEPT_PER_INTERVAL);
    const isHolding = () => this.isHolding;
    const unsettled = new Unsettled(dependencies, this.#pending, settings.flushInterval, isHolding);
    this.#round = new FlushRound(dependencies, this.#pending, unsettled);
    this.#schedule = new FlushSchedule(
      {
        isFull: () =>
          this.#capacity.isHalfFull || this.#pending.mostWaiting >= settings.maxBufferSize,
        oldestSince: () => this.#oldestSince(),
        flushAll: (taking) => this.#flushAll(taking),
      },
      clock,
      backoff,
      settings.flushInterval,
      settings.flushSpacing,
      (error, failuresInARow) =>
        logger.warn(
          { err: error, failuresInARow, pending: this.#pending.load.records },
          `A flush failed; ${unsettled.consequence}`,
        ),
    );
  }

  /**
   * Accepts the writes of one batch (each key at most once); resolves when they are journaled.
   * Throws BUFFER_FULL or JOURNAL_UNAVAILABLE, and then keeps nothing.
   */
  async add(collection: Collection, writes: readonly Write[]): Promise<void> {
    try {
      await this.#accept(collection, writes);
    } catch (error) {
      // A refused client finds room on its retry, in the buffer or in the journal, even if fewer
      // records are pending than start a flush.
      this.#schedule.hurry();
      throw error;
    }
  }

  /**
   * Restores an entry of the journal at start. Waits for room, so that a replay keeps the same
   * limits.
   */
  async restore(collection: Collection, writes: readonly Write[], sequence: number): Promise<void> {
    const weights = writes.map(writeBytes);
    if (!this.#capacity.hasRoomFor(loadOf(weights)))
      await flushUntilStored(this.#schedule, this.dependencies.clock);
    this.#isDraining = true;
    this.#insert(collection, writes, weights, sequence);
  }

  /**
   * Whether pending writes are accepted ones. Otherwise their requests wait for the store, no reader
   * sees them yet, and they are dropped if the store fails.
   */
  get isHolding(): boolean {
    return this.dependencies.settings.holdsAccepted || this.#isDraining;
  }

  /** True if batches wait for the store, and an earlier journal must be stored before the first. */
  get isDraining(): boolean {
    return !this.dependencies.settings.holdsAccepted && this.#isDraining;
  }

  /** The pending write of a key, merged; null if there is no accepted one. */
  find(collection: Collection, key: string): Write | null {
    if (!this.isHolding) return null;
    return this.#pending.of(collection.name).find(key);
  }

  /**
   * The parent that a write of this key names, if it is pending or being accepted; null if there is
   * none.
   */
  parentOf(collection: Collection, key: string): string | null {
    return this.#pending.of(collection.name).parentOf(key) ?? this.#claims.parentOf(key);
  }

  /**
   * Resolves when everything added before the call, and the orphans that it released, are stored or
   * quarantined. Throws STORAGE_UNAVAILABLE, and then keeps what is not stored.
   */
  async flush(): Promise<FlushReport> {
    const { clock, ledger } = this.dependencies;
    const begun = clock.monotonic();
    const before = ledger.storedByCollection;
    const isStored = this.#pending.load.records === 0 && !this.#round.awaitsRelease;
    if (!isStored || !this.#checkpoints.isComplete) await this.#schedule.flush();
    const durationMs = Math.round(clock.monotonic() - begun);
    return { written: ledger.storedSince(before), durationMs };
  }

  /** Runs work for which these writes wait, and counts them as pending. Throws BUFFER_FULL, too. */
  countDuring<Result>(waiting: readonly Write[], work: () => Promise<Result>): Promise<Result> {
    return this.#capacity.during(loadOf(waiting.map(writeBytes)), work);
  }

  /**
   * Flushes, then runs `work` while no flush can start; for deletes. `work` receives the version of
   * the moment at which the flush took the pending writes: what is pending then is newer. Throws
   * STORAGE_UNAVAILABLE or JOURNAL_UNAVAILABLE.
   */
  flushThen<Result>(work: (version: Version) => Promise<Result>): Promise<Result> {
    const { versions, clock, journal } = this.dependencies;
    let version: Version = 0;
    const taking = () => {
      version = versions.next(clock.now());
    };
    return this.#schedule.flushThen(taking, async () => {
      await journal.settle();
      return work(version).finally(() => {
        this.#deletions += 1;
      });
    });
  }

  /**
   * Makes the newest version durable: what is accepted later is newer, even after a crash. Throws
   * JOURNAL_UNAVAILABLE.
   */
  keepClock(): Promise<void> {
    return this.#checkpoints.keepClock();
  }

  /**
   * Called while no flush can run, after a delete of this instance has taken effect in the stores:
   * for a record, and for those deleted with it that may have children. Removes the pending writes
   * that were accepted before the delete. Everything accepted from now on is newer, even after a
   * crash. Throws JOURNAL_UNAVAILABLE, and STORAGE_UNAVAILABLE if a removed write leaves a
   * tombstone.
   */
  async cover(
    deleted: RecordName,
    alsoGone: readonly RecordName[],
    version: Version,
  ): Promise<void> {
    const { ledger, versions } = this.dependencies;
    versions.observe(version);
    this.#underWay.noteDelete(deleted, alsoGone, version);
    const { gone, parents } = this.#pending.cover(deleted, alsoGone, version);
    ledger.coalesce(gone);
    // Before anything that can fail: the writes are no longer pending, so nothing else leaves these.
    for (const { collection, key } of parents)
      this.#round.inherit(collection, [{ ...goneSubject(collection, key), version }]);
    await this.#checkpoints.keepClock();
    await this.#round.deliver();
  }

  /**
   * Runs `work` while no flush can start; for changes of the quarantine, which a flush changes too.
   */
  withoutFlush<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#schedule.runExclusively(work);
  }

  /**
   * Constant while this instance changes nothing that is stored; null while it may be changing
   * something. Every change runs in a flush, or excludes flushes.
   */
  get storedVersion(): number | null {
    return this.#schedule.occupations;
  }

  /** Pending records on which the store fails, although it stores others. */
  get stuck(): readonly StuckRecord[] {
    return this.#round.stuck;
  }

  /** The oldest version that is pending or being journaled, or a little older; null: none. */
  get oldestVersion(): Version | null {
    return least([this.#pending.oldestVersion, this.#underWay.oldestVersion]);
  }

  /** Number of deletes on this instance; each one invalidates what was cached from the stores. */
  get deletions(): number {
    return this.#deletions;
  }

  /** Stops the timers; `flush` still works. */
  stop(): void {
    this.#schedule.stop();
  }

  snapshot(): BufferSnapshot {
    const now = this.dependencies.clock.monotonic();
    return {
      ...snapshotOf(this.dependencies, this.#pending, this.#capacity, this.#schedule),
      lastFlushTime: this.#lastFlushTime,
      oldestPendingSeconds: (now - (this.#oldestSince() ?? now)) / 1000,
    };
  }

  async #accept(collection: Collection, writes: readonly Write[]): Promise<void> {
    const weights = writes.map(writeBytes);
    const load = loadOf(weights);
    this.#capacity.reserve(load);
    this.#claims.claim(collection, writes);
    this.#underWay.begin(writes);
    try {
      const sequence = await this.dependencies.journal.append(collection.name, writes);
      const left = this.#underWay.remaining(collection, writes);
      this.#round.inherit(collection.name, this.#underWay.inherited(collection, writes));
      this.dependencies.ledger.acceptCoalesced(writes.length - left.length);
      this.#insert(collection, left, left === writes ? weights : left.map(writeBytes), sequence);
    } finally {
      this.#underWay.end(writes);
      this.#claims.release(collection, writes);
      this.#capacity.release(load);
    }
  }

  #insert(
    collection: Collection,
    writes: readonly Write[],
    weights: readonly number[],
    sequence: number,
  ): void {
    const { ledger, clock } = this.dependencies;
    ledger.accept(writes.length);
    ledger.coalesce(this.#pending.of(collection.name).add(writes, weights, clock.monotonic()));
    this.#checkpoints.note(sequence);
    this.#schedule.notice();
  }

  async #flushAll(taking: () => void): Promise<void> {
    const take = () => {
      this.#checkpoints.take();
      taking();
    };
    await measureFlush(() => this.#round.run(take), this.#capacity, this.dependencies);
    this.#lastFlushTime = this.dependencies.clock.now();
    if (this.#pending.load.records === 0) this.#isDraining = false;
    await this.#checkpoints.reach(this.#round.heldBack());
  }

  #oldestSince(): number | null {
    const { oldestSince } = this.#pending;
    return oldestSince ?? (this.#round.awaitsRelease ? this.dependencies.clock.monotonic() : null);
  }
}
