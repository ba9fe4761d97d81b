import type { Logger } from '../../../../ports/logger.js';
import type { FileMovedError } from '../sqlite-errors.js';

/** Records what happened to the files of the store while they were open, and what was lost. */
export class FileLosses {
  readonly #reports = new Set<string>();

  constructor(
    private readonly path: string,
    private readonly logger: Logger | null,
  ) {}

  /** Kept until the service is restarted; empty if nothing was lost. */
  get reports(): readonly string[] {
    return [...this.#reports];
  }

  /** `isWhole`: the open file contains everything that was stored. */
  note({ moved, message }: FileMovedError, isWhole: boolean): void {
    const loss = lossOf(moved, isWhole);
    const fields = { path: this.path, reason: message };
    if (loss === null) {
      this.logger?.warn(
        fields,
        'A file of the store was moved; nothing was lost, and the service continues',
      );
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
        : 'its content could not be written to the database file, so recently stored records may be lost. Compare with a backup; a restart clears this report';
    case 'FILE_MOVED':
      return 'its content is no longer in the store, and new records go to the file that is there now. Restore a backup if this was not intended; a restart clears this report';
  }
}
