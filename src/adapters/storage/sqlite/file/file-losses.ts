import type { Logger } from '../../../../ports/logger.js';
import type { FileMovedError } from '../sqlite-errors.js';

/** What somebody did to the files of the store while it had them open, and what that cost. */
export class FileLosses {
  readonly #reports = new Set<string>();

  constructor(
    private readonly path: string,
    private readonly logger: Logger | null,
  ) {}

  /** In words, until the service is restarted; empty when nothing was lost. */
  get reports(): readonly string[] {
    return [...this.#reports];
  }

  /** `isWhole`: the file that was open holds all that had been stored. */
  note({ moved, message }: FileMovedError, isWhole: boolean): void {
    const loss = lossOf(moved, isWhole);
    const fields = { path: this.path, reason: message };
    if (loss === null) {
      this.logger?.warn(fields, 'A file of the store was moved; nothing was lost, and it goes on');
      return;
    }
    this.logger?.error(fields, `A file of the store was moved: ${loss}`);
    this.#reports.add(`${message}: ${loss}`);
  }
}

function lossOf(moved: FileMovedError['moved'], isWhole: boolean): string | null {
  switch (moved) {
    case 'LOCK_MOVED':
      return null;
    case 'LOG_MOVED':
      return isWhole
        ? null
        : 'what it held could not be brought into the database file, so records that were stored lately may be gone. Compare with a backup; a restart ends this report';
    case 'FILE_MOVED':
      return 'what it held is not in the store any more, and new records go to the file that is there now. Restore a backup if it was not meant; a restart ends this report';
  }
}
