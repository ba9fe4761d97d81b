import { TASKS } from '../domain/task.js';
import type { Quarantine, QuarantinedRecord } from '../ports/quarantine.js';
import type { Ledger } from './buffer/ledger.js';
import type { WriteBuffer } from './buffer/write-buffer.js';

/** What a person does with records that the store refused. */
export class ManageQuarantine {
  constructor(
    private readonly quarantine: Quarantine,
    private readonly buffer: WriteBuffer,
    private readonly ledger: Ledger,
  ) {}

  /** Newest first; `page` counts from 1. */
  list(page: number, pageSize: number): { total: number; items: readonly QuarantinedRecord[] } {
    const all = this.quarantine.list();
    const from = (page - 1) * pageSize;
    return { total: all.length, items: all.slice(from, from + pageSize) };
  }

  /** Puts records (all, or those with these ids) back on their way to the store; returns how many there were. */
  requeue(ids: readonly string[] | null): Promise<number> {
    return this.buffer.withoutFlush(async () => {
      const records =
        ids === null
          ? this.quarantine.list()
          : [...new Set(ids)].flatMap((id) => this.quarantine.get(id) ?? []);
      await this.buffer.requeue(records);
      return records.length;
    });
  }

  /** Gives a record up; false when there is none with this id. */
  drop(id: string): Promise<boolean> {
    return this.buffer.withoutFlush(async () => (await this.#remove([id])) > 0);
  }

  /**
   * The quarantined tasks of a deleted session go with it, or they would come home if it were made
   * again. No flush may begin meanwhile.
   */
  async dropTasksOf(sessionId: string): Promise<void> {
    const ids = this.quarantine
      .list()
      .filter(
        ({ collection, write }) =>
          collection === TASKS.name && write.fields.session_id === sessionId,
      )
      .map(({ id }) => id);
    if (ids.length > 0) await this.#remove(ids);
  }

  async #remove(ids: readonly string[]): Promise<number> {
    const removed = await this.quarantine.remove(ids);
    this.ledger.drop(removed);
    return removed;
  }
}
