import 'reflect-metadata';
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { container, instanceCachingFactory } from 'tsyringe';
import type { Config } from './adapters/config/schema.js';
import { createApp } from './adapters/http/app.js';
import type { HttpApp } from './adapters/http/mount.js';
import { createHttpServer } from './adapters/http/server/server.js';
import { FileJournal } from './adapters/journal/file/file-journal.js';
import { JournalFolder } from './adapters/journal/file/journal-folder.js';
import { QuarantineLog } from './adapters/journal/file/quarantine-log.js';
import { MemoryJournal } from './adapters/journal/memory-journal.js';
import { PinoLogger } from './adapters/logging/pino-logger.js';
import { PrometheusMetrics } from './adapters/metrics/prometheus-metrics.js';
import { ExponentialBackoff } from './adapters/time/exponential-backoff.js';
import { SystemClock } from './adapters/time/system-clock.js';
import { Ledger } from './application/buffer/ledger.js';
import { ObserveStores } from './application/buffer/observe-stores.js';
import { SettleWrites } from './application/buffer/settle-writes.js';
import { WriteBuffer } from './application/buffer/write-buffer.js';
import { CleanUp } from './application/deleting/clean-up.js';
import { DeleteRecord } from './application/deleting/delete-record.js';
import { RetentionSchedule } from './application/deleting/retention-schedule.js';
import { TombstoneUpkeep } from './application/deleting/tombstone-upkeep.js';
import { CheckHealth } from './application/health/check-health.js';
import { CountQuarantined } from './application/quarantine/count-quarantined.js';
import { ManageQuarantine } from './application/quarantine/manage-quarantine.js';
import { OrphanWatch } from './application/quarantine/orphan-watch.js';
import { ReleaseQuarantined } from './application/quarantine/release.js';
import { QueryRecords } from './application/reading/query-records.js';
import { ReadStatistics } from './application/reading/read-statistics.js';
import { RecoverSession } from './application/reading/recover-session.js';
import { AcceptBatch } from './application/writing/accept-batch.js';
import { Restart } from './application/writing/restart.js';
import { VersionSequence } from './domain/version.js';
import { pendingBytesOf } from './pending-bytes.js';
import type { Backoff } from './ports/backoff.js';
import type { Clock } from './ports/clock.js';
import type { Journal } from './ports/journal.js';
import type { StorageRegistry } from './ports/storage-backend.js';
import { registryOf } from './stores.js';
import { VERSION } from './version.js';

/** A name to register and resolve a part by, with the type that comes out. */
class Token<Part> {
  declare readonly part: Part;
  constructor(readonly name: string) {}
}

const CONFIG = new Token<Config>('config');
const CLOCK = new Token<Clock>('clock');
const LOGGER = new Token<PinoLogger>('logger');
const METRICS = new Token<PrometheusMetrics>('metrics');
const BACKOFF = new Token<Backoff>('backoff');
const JOURNAL_FOLDER = new Token<JournalFolder>('journal-folder');
const JOURNAL = new Token<Journal>('journal');
const REGISTRY = new Token<StorageRegistry>('registry');
const LEDGER = new Token<Ledger>('ledger');
const VERSIONS = new Token<VersionSequence>('versions');
const OBSERVE_STORES = new Token<ObserveStores>('observe-stores');
const SETTLE_WRITES = new Token<SettleWrites>('settle-writes');
const RELEASE = new Token<ReleaseQuarantined>('release');
const BUFFER = new Token<WriteBuffer>('buffer');
const ACCEPT_BATCH = new Token<AcceptBatch>('accept-batch');
const MANAGE_QUARANTINE = new Token<ManageQuarantine>('manage-quarantine');
const COUNT_QUARANTINED = new Token<CountQuarantined>('count-quarantined');
const CHECK_HEALTH = new Token<CheckHealth>('check-health');
const RESTART = new Token<Restart>('restart');
const DELETE_RECORD = new Token<DeleteRecord>('delete-record');
const CLEAN_UP = new Token<CleanUp>('clean-up');
const ORPHAN_WATCH = new Token<OrphanWatch>('orphan-watch');
const TOMBSTONE_UPKEEP = new Token<TombstoneUpkeep>('tombstone-upkeep');
const RETENTION = new Token<RetentionSchedule>('retention');
const APP = new Token<HttpApp>('app');
const SERVER = new Token<Server>('server');

export type { Config };

/**
 * The stores alone, for commands that need nothing else of the service. Standard output is theirs,
 * so the log goes to standard error.
 */
export function buildStorage(config: Config): Pick<Parts, 'registry' | 'logger'> {
  const console = { fd: 2, isTerminal: process.stderr.isTTY === true };
  const logger = new PinoLogger(loggingSettings(config), console);
  const clock = new SystemClock();
  return { registry: registryOf(config, { logger, clock, exclusive: false }), logger };
}

/**
 * Bytes of the journal on disk for one byte of records that may wait in memory: writes coalesce in
 * memory and not on disk, so a job that writes each record a few times needs a few times the room.
 */
const JOURNAL_SHARE = 8;

/**
 * Milliseconds from one flush of a full buffer to the next. A job that writes each task three times
 * stores about a quarter more a second for it (docs/performance.md).
 */
const FLUSH_SPACING = 200;

/** The parts that starting and stopping the service needs to know. */
export interface Parts {
  readonly server: Server;
  readonly clock: Clock;
  readonly logger: PinoLogger;
  readonly metrics: PrometheusMetrics;
  readonly journal: Journal;
  readonly journalFolder: JournalFolder;
  readonly registry: StorageRegistry;
  readonly buffer: WriteBuffer;
  readonly acceptBatch: AcceptBatch;
  readonly checkHealth: CheckHealth;
  readonly restart: Restart;
  readonly retention: RetentionSchedule;
  readonly orphanWatch: OrphanWatch;
  readonly tombstoneUpkeep: TombstoneUpkeep;
}

/**
 * Wires the service. The only file that knows tsyringe: tokens and factories, no decorators, each
 * part made once and on first use. What has to be closed is closed by service.ts, in order.
 */
export function buildParts(config: Config): Parts {
  const parts = container.createChildContainer();
  const bind = <Part>(token: Token<Part>, make: () => Part) =>
    parts.register(token.name, { useFactory: instanceCachingFactory(make) });
  const get = <Part>(token: Token<Part>): Part => parts.resolve<Part>(token.name);

  bind(CONFIG, () => config);
  bind(CLOCK, () => new SystemClock());
  bind(LOGGER, () => new PinoLogger(loggingSettings(config)));
  bind(METRICS, () => new PrometheusMetrics());
  bind(BACKOFF, () => new ExponentialBackoff());
  bind(LEDGER, () => new Ledger());
  bind(VERSIONS, () => new VersionSequence());
  const journalPath = resolve(config.buffer.journal_path);
  bind(JOURNAL_FOLDER, () => new JournalFolder(journalPath, { clock: get(CLOCK) }));
  bind(JOURNAL, () =>
    config.buffer.durability === 'memory'
      ? new MemoryJournal(get(JOURNAL_FOLDER))
      : new FileJournal(get(JOURNAL_FOLDER), {
          maxBytes: config.buffer.max_pending_bytes * JOURNAL_SHARE,
        }),
  );
  bind(REGISTRY, () => {
    return registryOf(config, { logger: get(LOGGER), clock: get(CLOCK), exclusive: true });
  });
  /** What most use cases stand on. */
  const ground = () => ({
    registry: get(REGISTRY),
    journal: get(JOURNAL),
    ledger: get(LEDGER),
    versions: get(VERSIONS),
    clock: get(CLOCK),
    logger: get(LOGGER),
    metrics: get(METRICS),
  });
  const flushInterval = config.buffer.flush_interval * 1000;
  bind(OBSERVE_STORES, () => new ObserveStores(get(REGISTRY), get(VERSIONS)));
  bind(SETTLE_WRITES, () => new SettleWrites(ground()));
  bind(RELEASE, () => new ReleaseQuarantined(get(REGISTRY), get(SETTLE_WRITES), get(LEDGER)));
  bind(BUFFER, () => {
    const { buffer } = config;
    return new WriteBuffer({
      ...ground(),
      observeStores: get(OBSERVE_STORES),
      settleWrites: get(SETTLE_WRITES),
      release: get(RELEASE),
      backoff: get(BACKOFF),
      settings: {
        maxBufferSize: buffer.max_buffer_size,
        flushInterval,
        // Without a journal, what waits may be lost: max_buffer_size says how much.
        flushSpacing: buffer.durability === 'memory' ? 0 : FLUSH_SPACING,
        maxPendingRecords: buffer.max_pending_records,
        maxPendingBytes: pendingBytesOf(buffer.max_pending_bytes),
      },
    });
  });
  bind(ACCEPT_BATCH, () => new AcceptBatch({ ...ground(), buffer: get(BUFFER) }));
  /** What works on the buffer and on what it has stored. */
  const above = () => ({ ...ground(), buffer: get(BUFFER), release: get(RELEASE) });
  bind(MANAGE_QUARANTINE, () => new ManageQuarantine(above()));
  bind(COUNT_QUARANTINED, () => new CountQuarantined(get(REGISTRY)));
  bind(CHECK_HEALTH, () => {
    return new CheckHealth({
      ...above(),
      countQuarantined: get(COUNT_QUARANTINED),
      flushInterval,
    });
  });
  bind(RESTART, () => {
    return new Restart({
      ...above(),
      observeStores: get(OBSERVE_STORES),
      earlierQuarantine: new QuarantineLog(get(JOURNAL_FOLDER)),
    });
  });
  bind(ORPHAN_WATCH, () => new OrphanWatch({ ...above(), interval: flushInterval }));
  bind(TOMBSTONE_UPKEEP, () => new TombstoneUpkeep(above()));
  bind(DELETE_RECORD, () => new DeleteRecord(above()));
  bind(CLEAN_UP, () => new CleanUp({ ...above(), deleteRecord: get(DELETE_RECORD) }));
  bind(RETENTION, () => {
    const { completed_days, failed_days, every_hours } = config.retention;
    return new RetentionSchedule({
      ...ground(),
      cleanUp: get(CLEAN_UP),
      policy: { completedDays: completed_days, failedDays: failed_days },
      interval: every_hours * 3_600_000,
    });
  });
  bind(APP, () => {
    const [registry, buffer] = [get(REGISTRY), get(BUFFER)];
    return createApp(
      {
        acceptBatch: get(ACCEPT_BATCH),
        buffer,
        queryRecords: new QueryRecords(registry, buffer, get(VERSIONS), get(CLOCK)),
        recoverSession: new RecoverSession(registry, buffer, get(VERSIONS)),
        deleteRecord: get(DELETE_RECORD),
        cleanUp: get(CLEAN_UP),
        readStatistics: new ReadStatistics(registry, buffer, get(CLOCK), get(RETENTION)),
        checkHealth: get(CHECK_HEALTH),
        manageQuarantine: get(MANAGE_QUARANTINE),
        metrics: get(METRICS),
        clock: get(CLOCK),
        logger: get(LOGGER),
      },
      {
        access: {
          apiKeys: config.auth.api_keys,
          allowedHosts: config.auth.allowed_hosts,
          publicMetrics: config.auth.public_metrics,
          publicDocs: config.auth.public_docs,
          rateLimit: config.service.rate_limit,
        },
        bodyLimitBytes: config.service.body_limit,
        corsOrigins: config.service.cors_origins,
        version: VERSION,
      },
    );
  });
  bind(SERVER, () => {
    const { request_timeout, max_connections } = config.service;
    return createHttpServer(
      get(APP),
      {
        requestTimeout: request_timeout * 1000,
        maxConnections: max_connections,
        keysConfigured: config.auth.api_keys.length > 0,
      },
      { logger: get(LOGGER), clock: get(CLOCK), metrics: get(METRICS) },
    );
  });

  get(METRICS).attach({
    buffer: () => get(BUFFER).snapshot(),
    inQuarantine: () => get(COUNT_QUARANTINED).count(),
    journal: () => get(JOURNAL).status(),
    stores: () => get(REGISTRY).backends(),
    journalPath,
    clock: get(CLOCK),
  });
  return {
    ...ground(),
    journalFolder: get(JOURNAL_FOLDER),
    server: get(SERVER),
    buffer: get(BUFFER),
    acceptBatch: get(ACCEPT_BATCH),
    checkHealth: get(CHECK_HEALTH),
    restart: get(RESTART),
    retention: get(RETENTION),
    orphanWatch: get(ORPHAN_WATCH),
    tombstoneUpkeep: get(TOMBSTONE_UPKEEP),
  };
}

function loggingSettings({ logging }: Config) {
  const { level, file, max_size, max_files } = logging;
  return { level, file, maxSizeBytes: max_size, maxFiles: max_files };
}
