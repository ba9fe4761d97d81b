import type { QuarantinedRecord } from '../../ports/quarantine.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { Ledger } from '../buffer/ledger.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { ReleaseQuarantined } from './release.js';

/** What a person does with records that a store refused. The quarantine is the same for all instances. */
export class ManageQuarantine {
  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly release: ReleaseQuarantined;
      readonly ledger: Ledger;
    },
  ) {}

  /**
   * Newest first, store by store; `page` counts from 1. Throws StorageUnavailableError, as all of
   * these do.
   */
  async list(
    page: number,
    pageSize: number,
  ): Promise<{ readonly total: number; readonly items: readonly QuarantinedRecord[] }> {
    const items: QuarantinedRecord[] = [];
    let total = 0;
    for (const { quarantine } of this.dependencies.registry.backends()) {
      const held = await quarantine.count();
      const from = Math.max(0, (page - 1) * pageSize - total);
      const wanted = pageSize - items.length;
      if (wanted > 0 && from < held) items.push(...(await quarantine.list(from, wanted)));
      total += held;
    }
    return { total, items };
  }

  /** Tries records again (all, or those with these ids); returns how many there were. */
  requeue(ids: readonly string[] | null): Promise<number> {
    const { buffer, release } = this.dependencies;
    const inTurn = (work: () => Promise<void>) => buffer.withoutFlush(work);
    return ids === null ? release.everything(inTurn) : release.some([...new Set(ids)], inTurn);
  }

  /** Gives a record up; false when there is none with this id. */
  drop(id: string): Promise<boolean> {
    const { registry, buffer, ledger } = this.dependencies;
    return buffer.withoutFlush(async () => {
      for (const { quarantine } of registry.backends()) {
        if (!(await quarantine.drop(id))) continue;
        ledger.drop(1);
        return true;
      }
      return false;
    });
  }
}
