import type { JournalStatus } from '../../ports/journal.js';

/** What a journal on disk reports beside its status: for metrics. */
export interface JournalFigures extends JournalStatus {
  /** Files that it consists of. */
  readonly segments: number;
}
