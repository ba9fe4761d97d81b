import { randomUUID } from 'node:crypto';
import type { CollectionName } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections.js';
import { mergeWrites } from '../../domain/merge.js';
import type { QuarantinedRecord, Refusal } from '../../ports/quarantine.js';

/** Records as refusals make them, before they are kept. */
export interface Admission {
  /** The last of each key, in the order of the last refusals. */
  readonly records: readonly QuarantinedRecord[];
  /** How many refusals were merged into a record that was there already, or came before in the same call. */
  readonly merged: number;
}

/** What is in quarantine, by id and by key: at most one record per key. */
export class QuarantineRecords {
  /** In order of the last refusal, oldest first. */
  readonly #records = new Map<string, QuarantinedRecord>();
  readonly #idByKey = new Map<string, string>();

  get size(): number {
    return this.#records.size;
  }

  /** What `refusals` will make of what is here; nothing is changed. */
  admit(refusals: readonly Refusal[]): Admission {
    const admitted = new Map<string, QuarantinedRecord>();
    let merged = 0;
    for (const refusal of refusals) {
      const key = keyOf(refusal.collection, refusal.write.key);
      const earlier = admitted.get(key) ?? this.find(refusal.collection, refusal.write.key);
      if (earlier !== null) merged += 1;
      admitted.delete(key);
      admitted.set(key, toRecord(refusal, earlier));
    }
    return { records: [...admitted.values()], merged };
  }

  put(record: QuarantinedRecord): void {
    this.#records.delete(record.id);
    this.#records.set(record.id, record);
    this.#idByKey.set(keyOf(record.collection, record.write.key), record.id);
  }

  /** Whether it was there. */
  delete(id: string): boolean {
    const record = this.#records.get(id);
    if (record === undefined) return false;
    this.#records.delete(id);
    this.#idByKey.delete(keyOf(record.collection, record.write.key));
    return true;
  }

  /** Newest first. */
  list(): readonly QuarantinedRecord[] {
    return [...this.#records.values()].reverse();
  }

  get(id: string): QuarantinedRecord | null {
    return this.#records.get(id) ?? null;
  }

  find(collection: CollectionName, key: string): QuarantinedRecord | null {
    const id = this.#idByKey.get(keyOf(collection, key));
    return id === undefined ? null : this.get(id);
  }

  waitingFor(parents: ReadonlySet<string>): readonly QuarantinedRecord[] {
    return [...this.#records.values()].filter(
      ({ missingParent }) => missingParent !== null && parents.has(missingParent),
    );
  }
}

function toRecord(
  { collection, write, reason, missingParent, at }: Refusal,
  earlier: QuarantinedRecord | null,
): QuarantinedRecord {
  return {
    id: earlier?.id ?? randomUUID(),
    collection,
    write: earlier === null ? write : mergeWrites(collectionOf(collection), earlier.write, write),
    reason,
    missingParent,
    attempts: (earlier?.attempts ?? 0) + 1,
    quarantinedAt: at,
  };
}

function keyOf(collection: CollectionName, key: string): string {
  return `${collection}/${key}`;
}
