import type { Collection } from '../../../domain/collection.js';
import { mergeWrites } from '../../../domain/merge.js';
import { newerThan, oldestVersion } from '../../../domain/tombstone.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import { writeBytes } from './write-bytes.js';

/** A pending write, and since when it is pending (monotonic milliseconds). */
interface Waiting extends WaitingWrite {
  readonly since: number;
}

/**
 * A write on which the store failed although it stored others: no flush takes it before
 * `notBefore`.
 */
interface Deferred extends Waiting {
  readonly notBefore: number;
}

/** A write, and its approximate size in memory, in bytes. */
export interface WaitingWrite {
  readonly write: Write;
  readonly bytes: number;
}

/**
 * The writes of one collection that are not stored yet, one per key.
 *
 * A key is in `#waiting`, in `#inFlight` (a flush has taken it), or in both (it was written again
 * meanwhile); or it is in `#deferred`. Each map keeps the order of arrival, so its first entry is
 * its oldest.
 */
export class PendingWrites {
  #waiting = new Map<string, Waiting>();
  #inFlight = new Map<string, Waiting>();
  readonly #deferred = new Map<string, Deferred>();
  /** Keys that were set aside, and written again since the last flush took its writes. */
  readonly #again = new Set<string>();
  #bytes = 0;

  constructor(readonly collection: Collection) {}

  /** Number of writes that wait for the next flush; without those set aside until a later time. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Number of all writes, including those of a running flush. */
  get size(): number {
    return this.#waiting.size + this.#inFlight.size + this.#deferred.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * `weights` are the sizes of the writes in bytes. Returns how many were merged into a pending
   * one.
   */
  add(writes: readonly Write[], weights: readonly number[], since: number): number {
    let coalesced = 0;
    for (const [index, write] of writes.entries()) {
      // A write set aside whose key is written again is retried with the next flush. A running flush
      // does not store it.
      if (this.#deferred.size > 0 && this.#return(write.key, since)) this.#again.add(write.key);
      if (this.#put({ write, since, bytes: weights[index] as number })) coalesced += 1;
    }
    return coalesced;
  }

  /** Hands the writes that are due to a flush; `find` still returns them until they are settled. */
  take(now: number): readonly WaitingWrite[] {
    if (this.#inFlight.size > 0) throw new Error('a flush of this collection is already under way');
    for (const [key, { notBefore }] of this.#deferred) if (notBefore <= now) this.#return(key, now);
    this.#again.clear();
    this.#inFlight = this.#waiting;
    this.#waiting = new Map();
    return [...this.#inFlight.values()];
  }

  /**
   * Keeps these writes of the flush from being taken before `notBefore`. Returns how many were
   * written again meanwhile: the next flush takes these.
   */
  setAside(writes: readonly Write[], now: number, notBefore: number): number {
    let coalesced = 0;
    for (const { key } of writes) {
      const entry = this.#inFlight.get(key);
      if (entry === undefined) continue;
      this.#inFlight.delete(key);
      const later = this.#waiting.get(key);
      if (later === undefined) {
        this.#deferred.set(key, { ...entry, since: now, notBefore });
        continue;
      }
      coalesced += 1;
      this.#again.add(key);
      this.#bytes -= entry.bytes + later.bytes;
      const merged = mergeWaiting(this.collection, entry, later);
      this.#hold(this.#waiting, { ...merged, since: later.since });
    }
    return coalesced;
  }

  /** The writes that are still pending although the last flush succeeded. */
  heldBack(): readonly Write[] {
    const again = [...this.#again].flatMap((key) => this.#waiting.get(key) ?? []);
    return [...this.#deferred.values(), ...again].map(({ write }) => write);
  }

  /** These writes of the flush are stored or quarantined. */
  settle(writes: readonly Write[]): void {
    for (const { key } of writes) {
      this.#bytes -= this.#inFlight.get(key)?.bytes ?? 0;
      this.#inFlight.delete(key);
    }
  }

  /**
   * Ends the flush: the writes that it did not settle are pending again. Returns how many were
   * merged into a newer write of their key.
   */
  putBack(): number {
    if (this.#inFlight.size === 0) return 0;
    const newer = this.#waiting;
    this.#waiting = this.#inFlight;
    this.#inFlight = new Map();
    let coalesced = 0;
    for (const entry of newer.values()) {
      this.#bytes -= entry.bytes;
      if (this.#put(entry)) coalesced += 1;
    }
    return coalesced;
  }

  /**
   * Removes what a delete covers, up to a version. Returns the keys of the writes that it changes,
   * and how many it removes. No flush may be running.
   */
  cover(
    isConcerned: (write: Write) => boolean,
    version: Version,
  ): { readonly keys: readonly string[]; readonly gone: number } {
    const keys: string[] = [];
    let gone = 0;
    for (const map of [this.#waiting, this.#deferred]) {
      for (const [key, entry] of map as Map<string, Waiting>) {
        if (!isConcerned(entry.write)) continue;
        const left = newerThan(this.collection, entry.write, version);
        if (left === entry.write) continue;
        keys.push(key);
        this.#bytes -= entry.bytes;
        if (left === null) gone += 1;
        if (left === null) map.delete(key);
        else this.#hold(map, { ...entry, write: left, bytes: writeBytes(left) });
      }
    }
    return { keys, gone };
  }

  /** Ends the flush: forgets the writes that it did not settle, and returns them. */
  dropUnsettled(): readonly Write[] {
    const dropped = [...this.#inFlight.values()].map(({ write }) => write);
    this.settle(dropped);
    return dropped;
  }

  /** The pending write of a key, merged; null if there is none. */
  find(key: string): Write | null {
    const earlier = (this.#inFlight.get(key) ?? this.#deferred.get(key))?.write;
    const later = this.#waiting.get(key)?.write;
    if (earlier === undefined) return later ?? null;
    return later === undefined ? earlier : mergeWrites(this.collection, earlier, later);
  }

  /** The parent that the pending write of a key names; null if there is none. */
  parentOf(key: string): string | null {
    const { parent } = this.collection;
    const waiting = this.#waiting.get(key) ?? this.#inFlight.get(key) ?? this.#deferred.get(key);
    if (parent === null || waiting === undefined) return null;
    return String(waiting.write.fields[parent.field]);
  }

  /** Null if nothing is pending. */
  get oldestVersion(): Version | null {
    let oldest: Version | null = null;
    for (const map of this.#all()) {
      for (const { write } of map.values())
        oldest = Math.min(oldest ?? write.version, oldestVersion(write));
    }
    return oldest;
  }

  /** Since when the oldest write is pending, in flight or not; null if there is none. */
  oldestSince(): number | null {
    const ages = this.#all().flatMap((map) => first(map)?.since ?? []);
    return ages.length === 0 ? null : Math.min(...ages);
  }

  #all(): readonly ReadonlyMap<string, Waiting>[] {
    return [this.#waiting, this.#inFlight, this.#deferred];
  }

  /** Moves a write that was set aside to the next flush; returns false if there is none. */
  #return(key: string, since: number): boolean {
    const entry = this.#deferred.get(key);
    if (entry === undefined) return false;
    const { write, bytes } = entry;
    this.#deferred.delete(key);
    this.#waiting.set(key, { write, bytes, since });
    return true;
  }

  /** Merges a write into the pending one of its key; returns false if there is none. */
  #put(later: Waiting): boolean {
    const earlier = this.#waiting.get(later.write.key);
    this.#bytes -= earlier?.bytes ?? 0;
    this.#hold(this.#waiting, mergeWaiting(this.collection, earlier, later));
    return earlier !== undefined;
  }

  #hold(map: Map<string, Waiting>, entry: Waiting): void {
    this.#bytes += entry.bytes;
    map.set(entry.write.key, entry);
  }
}

function mergeWaiting(
  collection: Collection,
  earlier: Waiting | undefined,
  later: Waiting,
): Waiting {
  if (earlier === undefined) return later;
  // Two parents for one key occur only in a replay. The later write was accepted after the earlier
  // one was settled or deleted, so the earlier one needs no replay.
  const field = collection.parent?.field;
  if (field !== undefined && earlier.write.fields[field] !== later.write.fields[field])
    return later;
  const write = mergeWrites(collection, earlier.write, later.write);
  return { write, since: Math.min(earlier.since, later.since), bytes: writeBytes(write) };
}

function first(map: ReadonlyMap<string, Waiting>): Waiting | undefined {
  for (const entry of map.values()) return entry;
  return undefined;
}
