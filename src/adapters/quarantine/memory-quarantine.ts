import { randomUUID } from 'node:crypto';
import type { CollectionName } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections.js';
import { mergeWrites } from '../../domain/merge.js';
import type { Quarantine, QuarantinedRecord, Refusal } from '../../ports/quarantine.js';

/** The quarantine as a map; what it holds is gone with the process. */
export class MemoryQuarantine implements Quarantine {
  /** In order of the last refusal, oldest first. */
  readonly #records = new Map<string, QuarantinedRecord>();
  readonly #idByKey = new Map<string, string>();

  async open(): Promise<void> {}

  async add(refusals: readonly Refusal[]): Promise<number> {
    let merged = 0;
    for (const refusal of refusals) {
      const record = this.admit(refusal);
      if (this.#records.delete(record.id)) merged += 1;
      this.put(record);
    }
    return merged;
  }

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

  async remove(ids: readonly string[]): Promise<number> {
    let removed = 0;
    for (const id of ids) {
      const record = this.#records.get(id);
      if (record === undefined) continue;
      this.#records.delete(id);
      this.#idByKey.delete(keyOf(record.collection, record.write.key));
      removed += 1;
    }
    return removed;
  }

  count(): number {
    return this.#records.size;
  }

  async close(): Promise<void> {}

  /** The record that a refusal makes, together with an earlier one of its key; nothing is kept yet. */
  protected admit({ collection, write, reason, missingParent, at }: Refusal): QuarantinedRecord {
    const earlier = this.find(collection, write.key);
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

  protected put(record: QuarantinedRecord): void {
    this.#records.set(record.id, record);
    this.#idByKey.set(keyOf(record.collection, record.write.key), record.id);
  }
}

function keyOf(collection: CollectionName, key: string): string {
  return `${collection}/${key}`;
}
