import type { RetentionPolicy } from '../domain/retention.js';
import { VersionSequence } from '../domain/version.js';
import type { Backoff } from '../ports/backoff.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';
import type { StorageRegistry } from '../ports/storage-backend.js';
import type { BufferSettings } from './buffer/buffer-settings.js';
import { ObserveStores } from './buffer/flush/observe-stores.js';
import { SettleWrites } from './buffer/flush/settle-writes.js';
import { StoredChanges } from './buffer/flush/stored-changes.js';
import { Ledger } from './buffer/ledger.js';
import { AwaitedBatches } from './buffer/pending/awaited-batches.js';
import { WriteBuffer } from './buffer/write-buffer.js';
import { CleanUp } from './deleting/clean-up.js';
import { DeleteRecord } from './deleting/delete-record.js';
import { RetentionSchedule } from './deleting/retention-schedule.js';
import { TombstoneUpkeep } from './deleting/tombstone-upkeep.js';
import { CheckHealth } from './health/check-health.js';
import { CountQuarantined } from './quarantine/count-quarantined.js';
import { ManageQuarantine } from './quarantine/manage-quarantine.js';
import { OrphanWatch } from './quarantine/orphan-watch.js';
import { ReleaseQuarantined } from './quarantine/release.js';
import { ExportRecord } from './reading/export-record.js';
import { QueryRecords } from './reading/query-records.js';
import { ReadFailures } from './reading/read-failures.js';
import { ReadProgress } from './reading/read-progress.js';
import { ReadStatistics } from './reading/read-statistics.js';
import { ReadUnfinished } from './reading/read-unfinished.js';
import { AcceptBatch } from './writing/accept-batch.js';
import { type EarlierQuarantine, Restart } from './writing/restart.js';
import { RetryFailed } from './writing/retry-failed.js';
import { StoreBatch } from './writing/store-batch.js';

/** The ports that the use cases need. */
export interface Ports {
  readonly registry: StorageRegistry;
  readonly journal: Journal;
  readonly earlierQuarantine: EarlierQuarantine;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface UseCaseSettings {
  readonly buffer: BufferSettings;
  readonly retention: {
    readonly policy: RetentionPolicy;
    /** Milliseconds from the end of one clean-up to the start of the next. */
    readonly interval: number;
  };
  /** Default: a new sequence. */
  readonly versions?: VersionSequence;
}

export type UseCases = ReturnType<typeof useCases>;

/**
 * Wires every use case, once. Each receives one object, and uses the members that its constructor
 * names. Nothing starts here: the caller starts `Restart`, the schedules and the watch.
 */
export function useCases(ports: Ports, settings: UseCaseSettings) {
  const { registry, clock } = ports;
  const { buffer: bufferSettings, retention: retentionSettings } = settings;
  const { flushInterval, holdsAccepted } = bufferSettings;
  const ledger = new Ledger();
  const versions = settings.versions ?? new VersionSequence();
  const base = {
    ...ports,
    ledger,
    versions,
    awaited: new AwaitedBatches(),
    changes: new StoredChanges(),
  };
  const observeStores = new ObserveStores(base);
  const settleWrites = new SettleWrites(base);
  const release = new ReleaseQuarantined({ ...base, settleWrites });
  const buffer = new WriteBuffer({
    ...base,
    observeStores,
    settleWrites,
    release,
    settings: bufferSettings,
  });
  const shared = { ...base, observeStores, release, buffer, holdsAccepted };
  const countQuarantined = new CountQuarantined({ registry, clock });
  const storeBatch = new StoreBatch(shared);
  const queryRecords = new QueryRecords(shared);
  const deleteRecord = new DeleteRecord(shared);
  const cleanUp = new CleanUp({ ...shared, deleteRecord });
  const retention = new RetentionSchedule({ ...shared, cleanUp, ...retentionSettings });
  return {
    ledger,
    versions,
    buffer,
    acceptBatch: new AcceptBatch({ ...shared, storeBatch }),
    retryFailed: new RetryFailed({ ...shared, storeBatch }),
    restart: new Restart(shared),
    queryRecords,
    readProgress: new ReadProgress({ ...shared, queryRecords }),
    readUnfinished: new ReadUnfinished(shared),
    exportRecord: new ExportRecord(shared),
    readFailures: new ReadFailures(shared),
    readStatistics: new ReadStatistics({ registry, buffer, clock, retention }),
    deleteRecord,
    cleanUp,
    retention,
    tombstoneUpkeep: new TombstoneUpkeep(shared),
    manageQuarantine: new ManageQuarantine(shared),
    countQuarantined,
    orphanWatch: new OrphanWatch({ ...shared, interval: flushInterval }),
    checkHealth: new CheckHealth({ ...shared, countQuarantined, flushInterval }),
  };
}
