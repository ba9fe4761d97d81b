import type { CollectionName } from '../../domain/collection.js';
import type { Quarantine, QuarantinedRecord, Refusal } from '../../ports/quarantine.js';
import { QuarantineRecords } from './quarantine-records.js';

/** The quarantine in memory; what it holds is gone with the process. */
export class MemoryQuarantine implements Quarantine {
  protected readonly records = new QuarantineRecords();

  async open(): Promise<void> {}

  async add(refusals: readonly Refusal[]): Promise<number> {
    const { records, merged } = this.records.admit(refusals);
    for (const record of records) this.records.put(record);
    return merged;
  }

  list(): readonly QuarantinedRecord[] {
    return this.records.list();
  }

  get(id: string): QuarantinedRecord | null {
    return this.records.get(id);
  }

  find(collection: CollectionName, key: string): QuarantinedRecord | null {
    return this.records.find(collection, key);
  }

  waitingFor(parents: ReadonlySet<string>): readonly QuarantinedRecord[] {
    return this.records.waitingFor(parents);
  }

  async remove(ids: readonly string[]): Promise<number> {
    return ids.filter((id) => this.records.delete(id)).length;
  }

  count(): number {
    return this.records.size;
  }

  async close(): Promise<void> {}
}
