import type { VersionSequence } from '../../domain/version.js';
import type { Quarantine, QuarantinedRecord } from '../../ports/quarantine.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { Ledger } from '../buffer/ledger.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { ReleaseQuarantined } from './release.js';

/** Maximum size, as JSON, of the records that are read at a time. */
const PIECE_BYTES = 2 * 1024 * 1024;

export interface QuarantinePage {
  /** Over all pages. */
  readonly total: number;
  readonly records: AsyncIterable<readonly QuarantinedRecord[]>;
}

/** What a person does with refused records. All instances share the quarantine. */
export class ManageQuarantine {
  constructor(
    private readonly dependencies: {
      readonly registry: StorageRegistry;
      readonly buffer: WriteBuffer;
      readonly release: ReleaseQuarantined;
      readonly ledger: Ledger;
      readonly versions: VersionSequence;
    },
  ) {}

  /**
   * Returns a page, newest first, store by store; `page` counts from 1. Its records come in pieces:
   * read them as you send them, so that memory use stays flat. Throws StorageUnavailableError, as
   * all of these do.
   */
  async list(page: number, pageSize: number): Promise<QuarantinePage> {
    const backends = this.dependencies.registry.backends();
    const counts = await Promise.all(backends.map(({ quarantine }) => quarantine.count()));
    const stores = backends.map(({ quarantine }, index) => ({
      quarantine,
      count: counts[index] ?? 0,
    }));
    const total = stores.reduce((sum, { count }) => sum + count, 0);
    return { total, records: this.#recordsOf(stores, (page - 1) * pageSize, pageSize) };
  }

  /** Releases records (all, or those with these ids); returns how many there were. */
  requeue(ids: readonly string[] | null): Promise<number> {
    const { buffer, release } = this.dependencies;
    const inTurn = (work: () => Promise<void>) => buffer.withoutFlush(work);
    return ids === null ? release.everything(inTurn) : release.some([...new Set(ids)], inTurn);
  }

  /**
   * Drops a record; returns false if there is none with this id. What this instance accepts later is
   * newer than the record, even after a crash. Throws JOURNAL_UNAVAILABLE if it cannot ensure that.
   */
  drop(id: string): Promise<boolean> {
    const { registry, buffer, ledger, versions } = this.dependencies;
    return buffer.withoutFlush(async () => {
      for (const { quarantine } of registry.backends()) {
        const version = await quarantine.drop(id);
        if (version === null) continue;
        versions.observe(version);
        ledger.drop(1);
        await buffer.keepClock();
        return true;
      }
      return false;
    });
  }

  async *#recordsOf(
    stores: readonly Store[],
    offset: number,
    wanted: number,
  ): AsyncGenerator<readonly QuarantinedRecord[]> {
    let [skip, left] = [offset, wanted];
    for (const { quarantine, count } of stores) {
      while (left > 0 && skip < count) {
        const piece = await quarantine.list(skip, { records: left, bytes: PIECE_BYTES });
        if (piece.length === 0) break;
        this.dependencies.versions.observeAll(piece.map(({ write }) => write));
        yield piece;
        skip += piece.length;
        left -= piece.length;
      }
      skip = Math.max(0, skip - count);
    }
  }
}

interface Store {
  readonly quarantine: Quarantine;
  readonly count: number;
}
