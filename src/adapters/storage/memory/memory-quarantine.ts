import { randomUUID } from 'node:crypto';
import type { Collection } from '../../../domain/collection.js';
import { collectionOf } from '../../../domain/collections/family.js';
import { mergeWrites } from '../../../domain/merge.js';
import { sameStored } from '../../../domain/stored.js';
import { droppedSubject } from '../../../domain/tombstone.js';
import { compareUtf8 } from '../../../domain/utf8-order.js';
import type { Version } from '../../../domain/version.js';
import type { Write } from '../../../domain/write.js';
import type {
  Quarantine,
  QuarantinedRecord,
  QuarantinePlace,
  QuarantineRow,
  Refusal,
  SliceLimit,
} from '../../../ports/quarantine.js';
import type { MemoryTombstones } from './memory-tombstones.js';

/** The reference implementation of Quarantine. */
export class MemoryQuarantine implements Quarantine {
  readonly #records = new Map<string, QuarantinedRecord>();

  constructor(
    private readonly tombstones: MemoryTombstones,
    /** Called with each write before it is added. */
    private readonly inherit: (collection: Collection, write: Write) => void,
  ) {}

  /** Epoch milliseconds; Infinity if it is empty. */
  get oldestCreatedAt(): number {
    return Math.min(...this.#all().map(({ write }) => write.createdAt));
  }

  /** 0 if it is empty. */
  get newest(): Version {
    return Math.max(0, ...this.#all().map(({ write }) => write.version));
  }

  clear(): void {
    this.#records.clear();
  }

  async add(collection: Collection, refusals: readonly Refusal[], at: number): Promise<number> {
    let covered = 0;
    for (const { write, reason, missingParent } of refusals) {
      this.inherit(collection, write);
      const remaining = this.tombstones.remaining(collection, write);
      if (remaining === null) {
        covered += 1;
        continue;
      }
      const earlier = this.#sameRecord(collection, write);
      const id = earlier?.id ?? randomUUID();
      // Moved to the end, so that the order of the map is the order of the last refusals.
      this.#records.delete(id);
      this.#records.set(id, {
        id,
        collection: collection.name,
        write:
          earlier === undefined ? remaining : mergeWrites(collection, earlier.write, remaining),
        reason,
        missingParent,
        attempts: (earlier?.attempts ?? 0) + 1,
        quarantinedAt: at,
      });
    }
    return covered;
  }

  async put(collection: Collection, records: readonly QuarantinedRecord[]): Promise<void> {
    for (const record of records) {
      this.inherit(collection, record.write);
      const write = this.tombstones.remaining(collection, record.write);
      if (write === null) continue;
      const earlier = this.#sameRecord(collection, write);
      const copy = { ...record, write };
      if (earlier !== undefined) this.#records.delete(earlier.id);
      const merged = earlier === undefined ? copy : withCopy(collection, earlier, copy);
      this.#records.set(merged.id, merged);
    }
  }

  async list(offset: number, limit: SliceLimit): Promise<readonly QuarantinedRecord[]> {
    const newestFirst = this.#all().sort(
      (a, b) => b.quarantinedAt - a.quarantinedAt || (a.id < b.id ? 1 : -1),
    );
    return firstOf(newestFirst.slice(offset), limit);
  }

  async count(): Promise<number> {
    return this.#records.size;
  }

  async get(ids: readonly string[]): Promise<readonly QuarantinedRecord[]> {
    return ids.flatMap((id) => this.#records.get(id) ?? []);
  }

  async find(
    { name, parent }: Collection,
    keys: readonly string[],
  ): Promise<readonly QuarantinePlace[]> {
    return this.#all()
      .filter(({ collection, write }) => collection === name && keys.includes(write.key))
      .map(({ id, write, reason }) => ({
        id,
        key: write.key,
        parent: parent === null ? null : String(write.fields[parent.field]),
        version: write.version,
        reason,
      }))
      .sort((a, b) => b.version - a.version);
  }

  async after(id: string | null, limit: SliceLimit): Promise<readonly QuarantinedRecord[]> {
    return slice(this.#all(), id, limit);
  }

  async waitingFor(
    { name }: Collection,
    parents: readonly string[],
    id: string | null,
    limit: SliceLimit,
  ): Promise<readonly QuarantinedRecord[]> {
    const waiting = this.#all().filter(
      ({ collection, missingParent }) =>
        collection === name && missingParent !== null && parents.includes(missingParent),
    );
    return slice(waiting, id, limit);
  }

  async missingParents(
    { name }: Collection,
    after: string | null,
    limit: number,
  ): Promise<readonly string[]> {
    const all = this.#all()
      .filter(({ collection }) => collection === name)
      .flatMap(({ missingParent }) => missingParent ?? []);
    return [...new Set(all)]
      .sort(compareUtf8)
      .filter((parent) => after === null || compareUtf8(parent, after) > 0)
      .slice(0, limit);
  }

  async remove(rows: readonly QuarantineRow[]): Promise<number> {
    return rows.filter(
      ({ id, attempts }) =>
        this.#records.get(id)?.attempts === attempts && this.#records.delete(id),
    ).length;
  }

  async drop(id: string): Promise<Version | null> {
    const record = this.#records.get(id);
    if (record === undefined) return null;
    const { collection, write } = record;
    const subject = droppedSubject(collectionOf(collection), write);
    this.tombstones.add({ ...subject, version: write.version });
    this.#records.delete(id);
    return write.version;
  }

  writesOf({ name }: Collection): readonly Write[] {
    return this.#all().flatMap(({ collection, write }) => (collection === name ? [write] : []));
  }

  /** Keeps what was accepted after a delete, and removes the rest. */
  cover(collection: Collection): void {
    for (const record of this.#all()) {
      if (record.collection !== collection.name) continue;
      const remaining = this.tombstones.remaining(collection, record.write);
      if (remaining === null) this.#records.delete(record.id);
      else this.#records.set(record.id, { ...record, write: remaining });
    }
  }

  #sameRecord({ name, parent }: Collection, { key, fields }: Write): QuarantinedRecord | undefined {
    return this.#all().find(
      ({ collection, write }) =>
        collection === name &&
        write.key === key &&
        (parent === null || write.fields[parent.field] === fields[parent.field]),
    );
  }

  #all(): QuarantinedRecord[] {
    return [...this.#records.values()];
  }
}

/** A record with that of another store merged into it, or in its place. */
function withCopy(
  collection: Collection,
  own: QuarantinedRecord,
  copy: QuarantinedRecord,
): QuarantinedRecord {
  const write = mergeWrites(collection, own.write, copy.write);
  const attempts = own.attempts + (sameStored(collection, own.write, write) ? 0 : 1);
  const needed = own.id === copy.id ? attempts : own.attempts;
  if (copy.attempts >= needed && sameStored(collection, copy.write, write)) return copy;
  const later = copy.quarantinedAt >= own.quarantinedAt ? copy : own;
  return { ...later, id: own.id, write, attempts: Math.max(attempts, copy.attempts) };
}

function slice(
  records: readonly QuarantinedRecord[],
  after: string | null,
  limit: SliceLimit,
): readonly QuarantinedRecord[] {
  const rest = records
    .filter(({ id }) => after === null || id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return firstOf(rest, limit);
}

function firstOf(
  records: readonly QuarantinedRecord[],
  limit: SliceLimit,
): readonly QuarantinedRecord[] {
  let bytes = 0;
  const end = records.findIndex((record, index) => {
    bytes += Buffer.byteLength(JSON.stringify(record.write));
    return index >= limit.records || (index > 0 && bytes > limit.bytes);
  });
  return end < 0 ? records : records.slice(0, end);
}
