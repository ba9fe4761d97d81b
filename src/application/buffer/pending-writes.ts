import type { Collection } from '../../domain/collection.js';
import { mergeWrites } from '../../domain/merge.js';
import { oldestVersion } from '../../domain/tombstone.js';
import type { Version } from '../../domain/version.js';
import type { Write } from '../../domain/write.js';
import { writeBytes } from './write-bytes.js';

/** A write that waits, and since when (monotonic milliseconds). */
interface Waiting extends WaitingWrite {
  readonly since: number;
  /** No flush takes it before this time; the store failed on this very write. */
  readonly notBefore?: number;
}

/** A write, and about how many bytes it takes in memory. */
export interface WaitingWrite {
  readonly write: Write;
  readonly bytes: number;
}

/**
 * The writes of one collection that are not stored yet, one per key.
 *
 * A key is in `#waiting`, in `#inFlight` (a flush has taken it), or in both (it was written again
 * meanwhile). Both maps keep the order of arrival, so the first entry is the oldest.
 */
export class PendingWrites {
  #waiting = new Map<string, Waiting>();
  #inFlight = new Map<string, Waiting>();
  /** Those of `#inFlight` that wait alone when the flush has ended. */
  #aside = new Map<string, Waiting>();
  #bytes = 0;

  constructor(readonly collection: Collection) {}

  /** Writes that the next flush would take. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** All writes held, those of a running flush included. */
  get size(): number {
    return this.#waiting.size + this.#inFlight.size + this.#aside.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** `weights` are the bytes of each write. Returns how many were merged into one that waited already. */
  add(writes: readonly Write[], weights: readonly number[], since: number): number {
    let coalesced = 0;
    for (const [index, write] of writes.entries()) {
      const earlier = this.#waiting.get(write.key);
      if (earlier !== undefined) coalesced += 1;
      const entry = { write, since, bytes: weights[index] as number };
      this.#put(this.#waiting, mergeWaiting(this.collection, earlier, entry), earlier);
    }
    return coalesced;
  }

  /** Hands the waiting writes that are due to a flush; they stay visible to `find` until settled. */
  take(now: number): readonly WaitingWrite[] {
    if (this.#inFlight.size > 0) throw new Error('a flush of this collection is already under way');
    this.#inFlight = this.#waiting;
    this.#waiting = new Map();
    for (const [key, entry] of this.#inFlight) {
      if (entry.notBefore === undefined || entry.notBefore <= now) continue;
      this.#inFlight.delete(key);
      this.#waiting.set(key, entry);
    }
    return [...this.#inFlight.values()];
  }

  /** These writes of the flush are not taken again before a time, unless they are written again. */
  setAside(writes: readonly Write[], now: number, notBefore: number): void {
    for (const { key } of writes) {
      const entry = this.#inFlight.get(key);
      if (entry === undefined) continue;
      this.#inFlight.delete(key);
      this.#aside.set(key, { ...entry, since: now, notBefore });
    }
  }

  /** The writes that no flush takes yet. */
  heldBack(now: number): readonly Write[] {
    return Array.from(this.#waiting.values()).flatMap(({ write, notBefore }) =>
      notBefore !== undefined && notBefore > now ? [write] : [],
    );
  }

  /** These writes of the flush are stored or quarantined. */
  settle(writes: readonly Write[]): void {
    for (const { key } of writes) {
      this.#bytes -= this.#inFlight.get(key)?.bytes ?? 0;
      this.#inFlight.delete(key);
    }
  }

  /** The flush ended: what it did not settle waits again. Returns how many met a newer write of their key. */
  putBack(): number {
    if (this.#inFlight.size === 0 && this.#aside.size === 0) return 0;
    const newer = this.#waiting;
    const aside = this.#aside;
    this.#waiting = this.#inFlight;
    this.#inFlight = new Map();
    this.#aside = new Map();
    // What waits alone comes last: the order of the map is that of the ages.
    return this.#putAll(newer) + this.#putAll(aside);
  }

  #putAll(entries: ReadonlyMap<string, Waiting>): number {
    let coalesced = 0;
    for (const [key, entry] of entries) {
      const other = this.#waiting.get(key);
      if (other !== undefined) coalesced += 1;
      this.#bytes -= entry.bytes;
      this.#put(this.#waiting, mergeWaiting(this.collection, other, entry), other);
    }
    return coalesced;
  }

  /** What waits under a key, merged; null when nothing does. */
  find(key: string): Write | null {
    const inFlight = (this.#inFlight.get(key) ?? this.#aside.get(key))?.write;
    const later = this.#waiting.get(key)?.write;
    if (inFlight === undefined) return later ?? null;
    return later === undefined ? inFlight : mergeWrites(this.collection, inFlight, later);
  }

  /** The parent that what waits under a key belongs to; null when nothing waits. */
  parentOf(key: string): string | null {
    const { parent } = this.collection;
    const waiting = this.#waiting.get(key) ?? this.#inFlight.get(key) ?? this.#aside.get(key);
    if (parent === null || waiting === undefined) return null;
    return String(waiting.write.fields[parent.field]);
  }

  /** Null when nothing waits. */
  get oldestVersion(): Version | null {
    let oldest: Version | null = null;
    for (const map of [this.#waiting, this.#inFlight, this.#aside]) {
      for (const { write } of map.values())
        oldest = Math.min(oldest ?? write.version, oldestVersion(write));
    }
    return oldest;
  }

  /** Since when the oldest write waits, in flight or not; null when none does. */
  oldestSince(): number | null {
    const inFlight = first(this.#inFlight)?.since ?? Number.POSITIVE_INFINITY;
    const later = first(this.#waiting)?.since ?? Number.POSITIVE_INFINITY;
    const oldest = Math.min(inFlight, later);
    return oldest === Number.POSITIVE_INFINITY ? null : oldest;
  }

  #put(map: Map<string, Waiting>, entry: Waiting, replaced: Waiting | undefined): void {
    this.#bytes += entry.bytes - (replaced?.bytes ?? 0);
    map.set(entry.write.key, entry);
  }
}

function mergeWaiting(
  collection: Collection,
  earlier: Waiting | undefined,
  later: Waiting,
): Waiting {
  if (earlier === undefined) return later;
  // Two parents under one key meet only in a replay: the later write was accepted when the earlier
  // one was settled or deleted, so that one needs no replay.
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
