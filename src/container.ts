import 'reflect-metadata';
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { container, instanceCachingFactory } from 'tsyringe';
import type { Config } from './adapters/config/schema.js';
import { fileFormats } from './adapters/files/file-formats.js';
import { createApp } from './adapters/http/app.js';
import { consoleIsBuilt } from './adapters/http/console/console-files.js';
import { CONSOLE_PATH } from './adapters/http/console/serve-console.js';
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
import { type UseCases, useCases } from './application/use-cases.js';
import { pendingBytesOf } from './pending-bytes.js';
import type { Backoff } from './ports/backoff.js';
import type { Clock } from './ports/clock.js';
import type { Journal } from './ports/journal.js';
import type { StorageRegistry } from './ports/storage-backend.js';
import { registryOf, storesToCopy } from './stores.js';
import { VERSION } from './version.js';

/** A name to register and resolve a part by, with the type of the part. */
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
const JOURNAL = new Token<FileJournal | MemoryJournal>('journal');
const REGISTRY = new Token<StorageRegistry>('registry');
const USE_CASES = new Token<UseCases>('use-cases');
const APP = new Token<HttpApp>('app');
const SERVER = new Token<Server>('server');

export type { Config };

/**
 * Builds only the stores, for commands that need no other part of the service. The command uses
 * standard output, so the log goes to standard error.
 */
export function buildStorage(config: Config): Pick<Parts, 'registry' | 'logger'> {
  const logger = commandLogger(config);
  const clock = new SystemClock();
  return { registry: registryOf(config, { logger, clock, exclusive: false }), logger };
}

/** Builds two stores of the configuration, for a copy. Throws ConfigurationError. */
export function buildStoresOf(config: Config, names: Parameters<typeof storesToCopy>[1]) {
  const parts = { logger: commandLogger(config), clock: new SystemClock() };
  return { stores: storesToCopy(config, names, parts), ...parts };
}

function commandLogger(config: Config): PinoLogger {
  const console = { fd: 2, isTerminal: process.stderr.isTTY === true };
  return new PinoLogger(loggingSettings(config), console);
}

/**
 * Bytes of the journal on disk per byte of records that may be pending in memory. Writes coalesce
 * in memory but not on disk, so a job that writes each record a few times needs a few times the
 * space.
 */
const JOURNAL_SHARE = 8;

/**
 * Milliseconds from one flush of a full buffer to the next. A job that writes each task three times
 * stores about a quarter more per second because of it (docs/performance.md).
 */
const FLUSH_SPACING = 200;

const HOUR = 3_600_000;

/** The parts that starting and stopping the service needs. */
export interface Parts extends UseCases {
  readonly server: Server;
  readonly clock: Clock;
  readonly logger: PinoLogger;
  readonly metrics: PrometheusMetrics;
  readonly journal: Journal;
  readonly journalFolder: JournalFolder;
  readonly registry: StorageRegistry;
  /** The path of the console; null if it is not built. */
  readonly consolePath: string | null;
}

/**
 * Chooses and shares the adapters, and connects them to the use cases (application/use-cases.ts).
 * The only file that uses tsyringe: tokens and factories, no decorators; each part is created once,
 * on first use. service.ts closes the parts, in order.
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
  const journalPath = resolve(config.buffer.journal_path);
  bind(JOURNAL_FOLDER, () => new JournalFolder(journalPath, { clock: get(CLOCK) }));
  bind(JOURNAL, () =>
    config.buffer.durability === 'journal'
      ? new FileJournal(get(JOURNAL_FOLDER), {
          maxBytes: config.buffer.max_pending_bytes * JOURNAL_SHARE,
        })
      : new MemoryJournal(get(JOURNAL_FOLDER)),
  );
  bind(REGISTRY, () => {
    return registryOf(config, { logger: get(LOGGER), clock: get(CLOCK), exclusive: true });
  });
  bind(USE_CASES, () => {
    const { buffer, retention } = config;
    return useCases(
      {
        registry: get(REGISTRY),
        journal: get(JOURNAL),
        earlierQuarantine: new QuarantineLog(get(JOURNAL_FOLDER)),
        clock: get(CLOCK),
        backoff: get(BACKOFF),
        logger: get(LOGGER),
        metrics: get(METRICS),
      },
      {
        buffer: {
          maxBufferSize: buffer.max_buffer_size,
          holdsAccepted: buffer.durability !== 'stored',
          flushInterval: buffer.flush_interval * 1000,
          // Without a journal, pending writes may be lost: max_buffer_size limits how many.
          flushSpacing: buffer.durability === 'journal' ? FLUSH_SPACING : 0,
          maxPendingRecords: buffer.max_pending_records,
          maxPendingBytes: pendingBytesOf(buffer.max_pending_bytes),
        },
        retention: {
          policy: { completedDays: retention.completed_days, failedDays: retention.failed_days },
          interval: retention.every_hours * HOUR,
        },
      },
    );
  });
  bind(APP, () => {
    return createApp(
      {
        ...get(USE_CASES),
        formats: fileFormats(),
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

  const { buffer, countQuarantined } = get(USE_CASES);
  get(METRICS).attach({
    buffer: () => buffer.snapshot(),
    inQuarantine: () => countQuarantined.count(),
    journal: () => get(JOURNAL).status(),
    stores: () => get(REGISTRY).backends(),
    journalPath,
    retentionInterval: config.retention.enabled ? config.retention.every_hours * 3600 : 0,
    clock: get(CLOCK),
  });
  return {
    ...get(USE_CASES),
    registry: get(REGISTRY),
    journal: get(JOURNAL),
    journalFolder: get(JOURNAL_FOLDER),
    clock: get(CLOCK),
    logger: get(LOGGER),
    metrics: get(METRICS),
    server: get(SERVER),
    consolePath: consoleIsBuilt() ? CONSOLE_PATH : null,
  };
}

function loggingSettings({ logging }: Config) {
  const { level, file, max_size, max_files } = logging;
  return { level, file, maxSizeBytes: max_size, maxFiles: max_files };
}
