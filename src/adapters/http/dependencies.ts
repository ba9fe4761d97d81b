import type { WriteBuffer } from '../../application/buffer/write-buffer.js';
import type { CleanUp } from '../../application/deleting/clean-up.js';
import type { DeleteRecord } from '../../application/deleting/delete-record.js';
import type { CheckHealth } from '../../application/health/check-health.js';
import type { ManageQuarantine } from '../../application/quarantine/manage-quarantine.js';
import type { ExportRecord } from '../../application/reading/export-record.js';
import type { QueryRecords } from '../../application/reading/query-records.js';
import type { ReadFailures } from '../../application/reading/read-failures.js';
import type { ReadProgress } from '../../application/reading/read-progress.js';
import type { ReadStatistics } from '../../application/reading/read-statistics.js';
import type { ReadUnfinished } from '../../application/reading/read-unfinished.js';
import type { AcceptBatch } from '../../application/writing/accept-batch.js';
import type { RetryFailed } from '../../application/writing/retry-failed.js';
import type { Clock } from '../../ports/clock.js';
import type { FileFormat } from '../../ports/file-format.js';
import type { Logger } from '../../ports/logger.js';
import type { AccessSettings } from './access/access.js';
import type { PaceObserver } from './body/pace.js';

/** The use cases and ports that the routes call. */
export interface HttpDependencies {
  readonly acceptBatch: AcceptBatch;
  readonly buffer: WriteBuffer;
  readonly queryRecords: QueryRecords;
  readonly readUnfinished: ReadUnfinished;
  readonly readProgress: ReadProgress;
  readonly readFailures: ReadFailures;
  readonly exportRecord: ExportRecord;
  /** The formats of exported files. */
  readonly formats: readonly FileFormat[];
  readonly retryFailed: RetryFailed;
  readonly deleteRecord: DeleteRecord;
  readonly cleanUp: CleanUp;
  readonly readStatistics: ReadStatistics;
  readonly checkHealth: CheckHealth;
  readonly manageQuarantine: ManageQuarantine;
  readonly metrics: HttpMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The metrics that HTTP reports, and the way to read them; implemented by the metrics adapter. */
export interface HttpMetrics {
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
  requestEnded(request: EndedRequest): void;
}

export interface EndedRequest {
  /** The pattern of the route, never the URL, so that there are few labels. */
  readonly endpoint: string;
  readonly method: string;
  readonly status: number;
  /** Null if unknown. */
  readonly seconds: number | null;
}

export interface HttpSettings {
  readonly access: AccessSettings;
  readonly bodyLimitBytes: number;
  /** Origins that browsers may call from; none by default. */
  readonly corsOrigins: readonly string[];
  /**
   * Receives the amount of work done on a body between two pauses; tests compare it with a budget.
   */
  readonly workObserver?: PaceObserver;
  /** The folder of the built console; tests name their own. */
  readonly consoleFolder?: string;
  /** The version of the service, shown in /health and the OpenAPI document. */
  readonly version: string;
}
