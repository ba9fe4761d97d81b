import type { Collection, CollectionName } from '../../../domain/collection.js';
import { childrenOf, descendantsOf } from '../../../domain/collections/family.js';
import { mergeWrites } from '../../../domain/merge.js';
import {
  belongingTo,
  type Condition,
  isDeep,
  type ListQuery,
  offsetOf,
  positionOf,
  unfinished,
} from '../../../domain/query.js';
import { deletedSubject, goneSubject, type Tombstone } from '../../../domain/tombstone.js';
import { type Version, versionAt } from '../../../domain/version.js';
import { type RecordFields, toRecord, type Write } from '../../../domain/write.js';
import type { DeleteGuard, Deletion } from '../../../ports/deletion.js';
import {
  ALWAYS_HELD,
  type DroppedTombstones,
  type Instance,
  type KeyQuery,
  type KeyWindow,
  type Lease,
  type ListWindow,
  type StorageBackend,
  type Summary,
} from '../../../ports/storage-backend.js';
import { DeleteLock } from './delete-lock.js';
import { checkFitness, checkParent, checkParents } from './fitness.js';
import { comparePositions, meets } from './matching.js';
import { MemoryInstances } from './memory-instances.js';
import { MemoryQuarantine } from './memory-quarantine.js';
import { MemoryTombstoneStore } from './memory-tombstone-store.js';
import { goneWith, MemoryTombstones } from './memory-tombstones.js';
import { summaryOf, talliesOf, withinBytes } from './results.js';

/** A direct or indirect child of a record. */
interface Descendant {
  readonly of: Collection;
  readonly write: Write;
}

/** The reference implementation of StorageBackend: maps and the merge rule, for tests. */
export class MemoryBackend implements StorageBackend {
  readonly driver = 'memory';
  readonly quarantine: MemoryQuarantine;
  readonly tombstones: MemoryTombstoneStore;
  readonly #stored: ReadonlyMap<CollectionName, Map<string, Write>>;
  readonly #tombstones = new MemoryTombstones();
  readonly #lock = new DeleteLock();
  readonly #instances = new MemoryInstances();

  constructor(
    collections: readonly CollectionName[],
    readonly name = 'memory',
  ) {
    this.quarantine = new MemoryQuarantine(this.#tombstones, (collection, write) =>
      this.#inherit(collection, write),
    );
    this.#stored = new Map(collections.map((collection) => [collection, new Map()]));
    this.tombstones = new MemoryTombstoneStore({
      tombstones: this.#tombstones,
      quarantine: this.quarantine,
      tableOf: (name) => this.#stored.get(name),
      cover: (collection) => this.#cover(collection),
      keep: (collection, tombstones) => this.#keep(collection, tombstones),
    });
  }

  async open(): Promise<void> {}

  /** Removes everything, including tombstones and quarantine. */
  clear(): void {
    for (const table of this.#stored.values()) table.clear();
    this.#tombstones.clear();
    this.#instances.clear();
    this.quarantine.clear();
  }

  async write(collection: Collection, writes: readonly Write[]): Promise<number> {
    if (this.#lock.freed !== null) await this.#lock.freed;
    const table = this.#table(collection);
    for (const write of writes) this.#inherit(collection, write);
    const remaining = writes.flatMap(
      (write) => this.#tombstones.remaining(collection, write) ?? [],
    );
    const merged = remaining.map((write) => {
      checkFitness(collection, write);
      const stored = table.get(write.key);
      if (stored === undefined) return write;
      checkParent(collection, stored, write);
      return mergeWrites(collection, stored, write);
    });
    checkParents(collection, this.#stored, merged);
    for (const { olderVersions: _, olderCounters: __, ...write } of merged)
      table.set(write.key, write);
    return writes.length - remaining.length;
  }

  async read(collection: Collection, key: string): Promise<Write | null> {
    return this.#table(collection).get(key) ?? null;
  }

  async existing(
    collection: Collection,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string | null>> {
    const table = this.#table(collection);
    const { parent } = collection;
    return new Map(
      keys.flatMap((key) => {
        const write = table.get(key);
        if (write === undefined) return [];
        return [[key, parent === null ? null : String(write.fields[parent.field])] as const];
      }),
    );
  }

  async query(collection: Collection, query: ListQuery): Promise<ListWindow> {
    const { conditions, sort, window } = query;
    const position = (record: RecordFields) => positionOf(record, collection.key, sort);
    const sorted = this.#matching(collection, conditions)
      .map((write) => ({ write, at: position(toRecord(collection, write)) }))
      .sort((a, b) => comparePositions(sort, a.at, b.at));
    const from =
      window.kind === 'page'
        ? offsetOf(window)
        : sorted.filter(({ at }) => comparePositions(sort, at, window.position) <= 0).length;
    const shown = withinBytes(sorted.slice(from, from + window.size), query.maxBytes);
    const isLast = from + shown.length >= sorted.length;
    return {
      items: shown.map(({ write }) => write),
      next: isLast ? null : (shown.at(-1)?.at ?? null),
      ...(isDeep(window) ? { total: sorted.length } : {}),
    };
  }

  async keys(collection: Collection, query: KeyQuery): Promise<KeyWindow> {
    const { items, next } = await this.query(collection, query);
    return { keys: items.map(({ key }) => key), next };
  }

  async count(collection: Collection, conditions: readonly Condition[]): Promise<number> {
    return this.#matching(collection, conditions).length;
  }

  async delete(
    collection: Collection,
    key: string,
    version: Version,
    guard?: DeleteGuard,
  ): Promise<Deletion | null> {
    const stored = this.#stored.get(collection.name)?.get(key);
    const below = this.#below(collection, [key]);
    if (guard !== undefined) {
      if (stored === undefined || !meets(toRecord(collection, stored), guard.conditions))
        return null;
      const isUnfinished = ({ of, write }: Descendant) =>
        meets(toRecord(of, write), [unfinished(of)]);
      if (guard.keepsUnfinished && below.some(isUnfinished)) return null;
    }
    const all = below.map(({ write }) => write).concat(stored ?? []);
    const least = Math.max(version, ...all.map((write) => write.version + 1));
    const remove = (covering: Version) => this.#delete(collection, key, below, covering);
    const elsewhere = guard?.inOtherStores;
    if (elsewhere === undefined) return remove(least);
    return this.#lock.during(() => elsewhere(least), remove);
  }

  #delete(
    collection: Collection,
    key: string,
    below: readonly Descendant[],
    covering: Version,
  ): Deletion {
    const parents = below
      .filter(({ of }) => childrenOf(of).length > 0)
      .map(({ of, write }) => ({ collection: of.name, key: write.key }));
    this.#tombstones.add({ ...deletedSubject(collection.name, key), version: covering });
    for (const { collection: name, key: gone } of parents)
      this.#tombstones.add({ ...goneSubject(name, gone), version: covering });
    this.#stored.get(collection.name)?.delete(key);
    for (const { of, write } of below) this.#table(of).delete(write.key);
    for (const concerned of [collection, ...descendantsOf(collection)]) this.#cover(concerned);
    const descendants = new Map<CollectionName, number>();
    for (const { of } of below) descendants.set(of.name, (descendants.get(of.name) ?? 0) + 1);
    return { version: covering, descendants, parents };
  }

  /** The direct and indirect children of these records. */
  #below(collection: Collection, keys: readonly string[]): readonly Descendant[] {
    return childrenOf(collection).flatMap(({ collection: of, field }) => {
      if (!this.#stored.has(of.name)) return [];
      const own = this.#matching(of, [belongingTo(field, ...keys)]);
      const below = this.#below(
        of,
        own.map(({ key }) => key),
      );
      return [...own.map((write) => ({ of, write })), ...below];
    });
  }

  /** Deletes what is now covered in the quarantine, and stores the tombstones that it leaves. */
  #cover(collection: Collection): void {
    for (const write of this.quarantine.writesOf(collection)) this.#inherit(collection, write);
    this.quarantine.cover(collection);
  }

  #inherit(collection: Collection, write: Write): void {
    this.#keep(collection, this.#tombstones.inherited(collection, write));
  }

  #keep(collection: Collection, inherited: readonly Tombstone[]): void {
    for (const tombstone of inherited) this.#tombstones.add(tombstone);
    if (inherited.length === 0) return;
    for (const { collection: child, field } of childrenOf(collection)) {
      for (const { key, version } of inherited) {
        const old = this.#stored.has(child.name)
          ? this.#matching(child, [belongingTo(field, key)])
          : [];
        for (const write of old.filter((each) => each.version <= version)) {
          this.#keep(child, goneWith(child, write, version));
          this.#table(child).delete(write.key);
        }
      }
    }
    for (const concerned of descendantsOf(collection)) this.#cover(concerned);
  }

  async inherit(collection: Collection, inherited: readonly Tombstone[]): Promise<void> {
    this.#keep(collection, inherited);
  }

  async parentsWith(
    collection: Collection,
    parents: readonly string[],
    conditions: readonly Condition[],
  ): Promise<readonly string[]> {
    const { parent } = collection;
    if (parent === null) return [];
    const found = this.#matching(collection, conditions).map(({ fields }) => fields[parent.field]);
    return parents.filter((key) => found.includes(key));
  }

  async newestVersion(): Promise<Version> {
    const writes = [...this.#stored.values()].flatMap((table) => [...table.values()]);
    const kept = Math.max(this.#tombstones.newest, this.quarantine.newest);
    return Math.max(kept, ...writes.map(({ version }) => version));
  }

  async announce(instance: Instance, holdsFrom: Version | null): Promise<void> {
    this.#instances.announce(instance, holdsFrom);
  }

  async dropTombstones(before: Version): Promise<DroppedTombstones> {
    const holders = this.#instances.at(before);
    const quarantined = versionAt(this.quarantine.oldestCreatedAt);
    const horizon = Math.min(before, quarantined, ...holders.map(({ holdsFrom }) => holdsFrom));
    return { dropped: this.#tombstones.drop(horizon), oldest: holders[0]?.instance ?? null };
  }

  async tally(collection: Collection, conditions: readonly Condition[], by: readonly string[]) {
    return talliesOf(this.#records(collection, conditions), by);
  }

  async summarize(collection: Collection): Promise<Summary> {
    return summaryOf(collection, this.#records(collection, []));
  }

  async sizeBytes(): Promise<number> {
    return 0;
  }

  async healthCheck(): Promise<void> {}

  async close(): Promise<void> {}

  withLease<Result>(_name: string, work: (lease: Lease) => Promise<Result>): Promise<Result> {
    return work(ALWAYS_HELD);
  }

  #records(collection: Collection, conditions: readonly Condition[]): readonly RecordFields[] {
    return this.#matching(collection, conditions).map((write) => toRecord(collection, write));
  }

  #matching(collection: Collection, conditions: readonly Condition[]): readonly Write[] {
    return [...this.#table(collection).values()].filter((write) =>
      meets(toRecord(collection, write), conditions),
    );
  }

  #table(collection: Collection): Map<string, Write> {
    const table = this.#stored.get(collection.name);
    if (table === undefined) throw new Error(`${this.name} does not hold ${collection.name}`);
    return table;
  }
}
