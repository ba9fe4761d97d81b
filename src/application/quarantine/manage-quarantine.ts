import type { VersionSequence } from '../../domain/version.js';
import type { QuarantinedRecord } from '../../ports/quarantine.js';
import type { StorageRegistry } from '../../ports/storage-backend.js';
import type { Ledger } from '../buffer/ledger.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { ReleaseQuarantined } from './release.js';

/** Maximum size, as JSON, of the records that are read at a time. */
const PIECE_BYTES = 2 * 1024 * 1024;

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
   * Yields a page, newest first, store by store; `page` counts from 1. Its records come in pieces:
   * read them as you send them, so that memory use stays flat. Returns the number of records over
   * all pages, which never contradicts those of this one, whatever happens while they are read.
   * Throws StorageUnavailableError, as all of these do.
   */
  async *list(
    page: number,
    pageSize: number,
  ): AsyncGenerator<readonly QuarantinedRecord[], number> {
    const backends = this.dependencies.registry.backends();
    const counts = await Promise.all(backends.map(({ quarantine }) => quarantine.count()));
    let [skip, left, total] = [(page - 1) * pageSize, pageSize, 0];
    for (const [index, { quarantine }] of backends.entries()) {
      let count = counts[index] ?? 0;
      while (left > 0 && skip < count) {
        const piece = await quarantine.list(skip, { records: left, bytes: PIECE_BYTES });
        this.dependencies.versions.observeAll(piece.map(({ write }) => write));
        if (piece.length > 0) yield piece;
        skip += piece.length;
        left -= piece.length;
        // What was counted before may have gone since, and more may have come.
        count = piece.length === 0 ? skip : Math.max(count, skip);
      }
      total += count;
      skip = Math.max(0, skip - count);
    }
    return total;
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
}
