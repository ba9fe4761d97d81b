import { MemoryJournal } from '../../src/adapters/journal/memory-journal.js';
import { CollectionRegistry } from '../../src/adapters/storage/collection-registry.js';
import { MemoryBackend } from '../../src/adapters/storage/memory/memory-backend.js';
import type { BufferSettings } from '../../src/application/buffer/buffer-settings.js';
import { Ledger } from '../../src/application/buffer/ledger.js';
import { ObserveStores } from '../../src/application/buffer/observe-stores.js';
import { SettleWrites } from '../../src/application/buffer/settle-writes.js';
import { WriteBuffer } from '../../src/application/buffer/write-buffer.js';
import { CleanUp } from '../../src/application/deleting/clean-up.js';
import { DeleteRecord } from '../../src/application/deleting/delete-record.js';
import { RetentionSchedule } from '../../src/application/deleting/retention-schedule.js';
import { TombstoneUpkeep } from '../../src/application/deleting/tombstone-upkeep.js';
import { CheckHealth } from '../../src/application/health/check-health.js';
import { CountQuarantined } from '../../src/application/quarantine/count-quarantined.js';
import { ManageQuarantine } from '../../src/application/quarantine/manage-quarantine.js';
import { OrphanWatch } from '../../src/application/quarantine/orphan-watch.js';
import { ReleaseQuarantined } from '../../src/application/quarantine/release.js';
import { QueryRecords } from '../../src/application/reading/query-records.js';
import { ReadStatistics } from '../../src/application/reading/read-statistics.js';
import { RecoverSession } from '../../src/application/reading/recover-session.js';
import { AcceptBatch } from '../../src/application/writing/accept-batch.js';
import { type EarlierQuarantine, Restart } from '../../src/application/writing/restart.js';
import type { CollectionName } from '../../src/domain/collection.js';
import { VersionSequence } from '../../src/domain/version.js';
import type { Journal } from '../../src/ports/journal.js';
import type { StorageBackend } from '../../src/ports/storage-backend.js';
import { FakeClock } from './fake-clock.js';
import { DoublingBackoff, RecordingLogger, RecordingMetrics } from './fakes.js';
import { FaultyBackend } from './faulty-backend.js';

const DAY = 24 * 3_600_000;

export const SETTINGS: BufferSettings = {
  maxBufferSize: 1000,
  flushInterval: 30_000,
  flushSpacing: 0,
  maxPendingRecords: 200_000,
  maxPendingBytes: 512 * 1024 * 1024,
};

export interface ApplicationOptions {
  readonly settings?: Partial<BufferSettings>;
  readonly journal?: Journal;
  readonly versions?: VersionSequence;
  /** Sessions and tasks in two backends, without a foreign key between them. */
  readonly split?: boolean;
  /** Open backends; default: new memory backends. The caller closes them. */
  readonly backends?: Readonly<Record<'sessions' | 'tasks', StorageBackend>>;
  /** Default: a new one. */
  readonly clock?: FakeClock;
  /** The quarantine of a version before 1.1.0; default: none. */
  readonly earlierQuarantine?: EarlierQuarantine;
}

const NOTHING_EARLIER: EarlierQuarantine = {
  async *read() {},
  async forget() {},
};

/**
 * The whole application on the memory backend (or another), with fault injection, and with time
 * controlled by the test.
 */
export function anApplication(options: ApplicationOptions = {}) {
  const clock = options.clock ?? new FakeClock();
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const journal = options.journal ?? new MemoryJournal();
  const { sessionStore, taskStore } = stores(options);
  const registry = new CollectionRegistry(
    [...new Set([sessionStore, taskStore])],
    new Map<CollectionName, string>([
      ['translation_sessions', sessionStore.name],
      ['translation_tasks', taskStore.name],
    ]),
  );
  const ledger = new Ledger();
  const versions = options.versions ?? new VersionSequence();
  const settings = { ...SETTINGS, ...options.settings };
  const ground = { registry, ledger, versions, clock, metrics, logger, journal };
  const observeStores = new ObserveStores(registry, versions);
  const settleWrites = new SettleWrites(ground);
  const release = new ReleaseQuarantined(registry, settleWrites, ledger);
  const buffer = new WriteBuffer({
    ...ground,
    observeStores,
    settleWrites,
    release,
    backoff: new DoublingBackoff(),
    settings,
  });
  const shared = { ...ground, buffer, release, observeStores };
  const deleteRecord = new DeleteRecord(shared);
  const cleanUp = new CleanUp({ ...shared, deleteRecord });
  const countQuarantined = new CountQuarantined(registry);
  const retention = new RetentionSchedule({
    ...shared,
    cleanUp,
    policy: { completedDays: 90, failedDays: 30 },
    interval: DAY,
  });
  return {
    ...shared,
    retention,
    sessionStore,
    taskStore,
    countQuarantined,
    manageQuarantine: new ManageQuarantine(shared),
    tombstoneUpkeep: new TombstoneUpkeep(shared),
    orphanWatch: new OrphanWatch({ ...shared, interval: settings.flushInterval }),
    acceptBatch: new AcceptBatch(shared),
    queryRecords: new QueryRecords(registry, buffer, versions, clock),
    recoverSession: new RecoverSession(registry, buffer, versions),
    deleteRecord,
    cleanUp,
    restart: new Restart({
      ...shared,
      observeStores,
      earlierQuarantine: options.earlierQuarantine ?? NOTHING_EARLIER,
    }),
    readStatistics: new ReadStatistics(registry, buffer, clock, retention),
    checkHealth: new CheckHealth({
      ...shared,
      countQuarantined,
      flushInterval: settings.flushInterval,
    }),
  };
}

export type Application = ReturnType<typeof anApplication>;

/** Empty stores that several instances share: a value for `backends`. */
export function sharedBackends(
  split = false,
): Readonly<Record<'sessions' | 'tasks', StorageBackend>> {
  if (split) {
    return {
      sessions: new MemoryBackend(['translation_sessions'], 'memory-a'),
      tasks: new MemoryBackend(['translation_tasks'], 'memory-b'),
    };
  }
  const both = new MemoryBackend(['translation_sessions', 'translation_tasks']);
  return { sessions: both, tasks: both };
}

function stores({ split = false, backends = sharedBackends(split) }: ApplicationOptions) {
  const sessionStore = new FaultyBackend(backends.sessions);
  const isOne = backends.tasks === backends.sessions;
  return { sessionStore, taskStore: isOne ? sessionStore : new FaultyBackend(backends.tasks) };
}
