import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { buildParts, type Config, type Parts } from './container.js';
import { ListenError, ServiceError } from './domain/errors.js';
import { smallHeapWarning } from './pending-bytes.js';
import { logStrayErrors } from './process-errors.js';
import { leftInSqlite } from './stores.js';

/** Between two looks for idle connections while shutting down, milliseconds. */
const IDLE_CHECK = 20;
/** Shares of the time to shut down: of requests that don't end, and of all but closing. */
const REQUESTS_SHARE = 0.5;
const STORING_SHARE = 0.9;

export interface RunningService {
  readonly url: string;
  /** Orderly shutdown, at most once; true when everything accepted is stored. */
  stop(): Promise<boolean>;
}

/**
 * Starts the service: opens what it stands on, takes back what the journal holds, then listens.
 * `configFile` says, for people, where the configuration comes from. Throws ConfigurationError when
 * it can't start as configured.
 */
export async function startService(config: Config, configFile: string): Promise<RunningService> {
  const parts = buildParts(config);
  const { logger, clock, buffer, server } = parts;
  const begun = clock.monotonic();
  const leaveProcess = logStrayErrors(logger);
  try {
    logger.info({ config: configFile, ...placesOf(config, parts) }, 'Starting');
    warnOfOpenDoor(config, parts);
    warnOfDurability(config, parts);
    warnOfHeap(config, parts);
    warnOfRecordsLeft(config, parts);
    await parts.journal.open();
    for (const backend of parts.registry.backends()) await openBackend(parts, backend);
    const records = await parts.restart.run();
    await parts.tombstoneUpkeep.begin();
    await listen(server, config);
    const url = urlOf(server, config.service.host);
    const took = Math.round(clock.monotonic() - begun);
    logger.info({ url, replayed: records, started_in_ms: took }, `Listening on ${url}`);
    if (records > 0) buffer.flush().catch(() => undefined);
    if (config.retention.enabled) parts.retention.start();
    parts.orphanWatch.start();
    parts.tombstoneUpkeep.start();
    return { url, stop: () => stop(parts, config) };
  } catch (error) {
    parts.journalFolder.giveUp();
    await closeAll(parts);
    leaveProcess();
    throw error;
  }
}

/** What it works on, as it would be found from anywhere. */
function placesOf({ sqlite, database, logging }: Config, { registry, journalFolder }: Parts) {
  const { user, host, port } = database;
  const places: Readonly<Record<string, string>> = {
    sqlite: resolve(sqlite.path),
    mysql: `${user}@${host}:${port}/${database.database}`,
  };
  return {
    stores: registry.backends().map(({ name }) => `${name} ${places[name]}`),
    journal: journalFolder.path,
    ...(logging.file === null ? {} : { log: resolve(logging.file) }),
  };
}

/** A store that is down does not keep the service from starting: it accepts, and stores later. */
async function openBackend(
  parts: Parts,
  backend: ReturnType<Parts['registry']['backends']>[number],
) {
  try {
    await backend.open();
    parts.logger.info({ backend: backend.name, driver: backend.driver }, 'Storage is open');
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    parts.logger.error(
      { err: error, backend: backend.name },
      'Storage cannot be reached; it is tried again',
    );
  }
}

function warnOfOpenDoor({ service, auth }: Config, { logger }: Parts): void {
  if (auth.api_keys.length > 0) return;
  logger.warn(
    { host: service.host, allowed_hosts: auth.allowed_hosts },
    'There are no API keys: whoever reaches this service may read, write and delete everything. auth.api_keys closes it',
  );
}

function warnOfDurability({ buffer }: Config, { logger }: Parts): void {
  if (buffer.durability === 'memory') {
    logger.warn(
      { max_buffer_size: buffer.max_buffer_size, flush_interval: buffer.flush_interval },
      'buffer.durability is memory: a crash loses what was accepted and not yet flushed',
    );
  }
}

function warnOfHeap(config: Config, { logger }: Parts): void {
  const warning = smallHeapWarning(config.buffer.max_pending_bytes);
  if (warning !== null) logger.warn({}, warning);
}

/** Switched to another store in place, the service is empty, and nothing is lost: say where it is. */
function warnOfRecordsLeft(config: Config, { logger }: Parts): void {
  const collections = leftInSqlite(config);
  if (collections.length === 0) return;
  const path = resolve(config.sqlite.path);
  logger.warn(
    { path, collections },
    `The SQLite file ${path} still holds records of ${collections.join(' and ')}, which are stored elsewhere now, so they are not shown. "From SQLite to MySQL" in docs/operations.md says how to move them; then move the file away.`,
  );
}

function listen(server: Server, { service }: Config): Promise<void> {
  const { host, port } = service;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === undefined ? error : new ListenError(listenProblem(error.code, host, port)),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

function listenProblem(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop what uses it, or set service.port.`;
    case 'EACCES':
      return `Port ${port} on ${host} may not be used by this user. Choose one above 1023 with service.port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Set service.host.`;
    default:
      return `Listening on ${host}:${port} failed (${code}).`;
  }
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Not ready → accept no more → finish requests → flush → close, within the time-out. */
async function stop(parts: Parts, config: Config): Promise<boolean> {
  const { logger, clock, buffer, server } = parts;
  const timeout = config.service.shutdown_timeout * 1000;
  const begun = clock.monotonic();
  const left = (share: number) => Math.max(0, timeout * share - (clock.monotonic() - begun));
  logger.info({}, 'Shutting down');
  parts.checkHealth.stop();
  parts.acceptBatch.stop();
  parts.retention.stop();
  parts.orphanWatch.stop();
  parts.tombstoneUpkeep.stop();
  if ((await within(left(REQUESTS_SHARE), closeServer(server))) === LATE) {
    logger.warn({}, 'Requests that did not end in time are cut off');
    server.closeAllConnections();
  }
  const outcome = await within(left(STORING_SHARE), storeAll(parts));
  const { pending } = buffer.snapshot();
  const fields = { took_ms: Math.round(clock.monotonic() - begun), pending };
  if (outcome === true) logger.info(fields, 'Everything accepted is stored');
  else if (config.buffer.durability === 'journal')
    logger.warn(fields, 'Records that are not stored are kept in the journal');
  else
    logger.error(
      fields,
      'What was accepted since the start and is not stored is lost: there is no journal',
    );
  await within(left(1), closeAll(parts));
  return outcome === true;
}

/** Resolves when the last connection is gone; kept-alive ones go as soon as they are idle. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A client that asks again and again on its connection never leaves it idle.
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  // A connection that is kept alive would hold `close` up for as long as its client likes, and one
  // in use becomes idle only after its answer.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  await closed.finally(() => clearInterval(idle));
}

async function storeAll({ buffer, journal, tombstoneUpkeep, logger }: Parts): Promise<boolean> {
  buffer.stop();
  try {
    await buffer.flush();
    // A record on which the store fails is left by a flush that ends well.
    if (buffer.snapshot().pending > 0) return false;
    await journal.settle();
    await tombstoneUpkeep.withdraw();
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'The last flush failed');
    return false;
  }
}

const LATE = Symbol('late');

/**
 * What `work` comes to, or LATE. The timer is not the injected clock's: those let the process end
 * before the time is over.
 */
async function within<Result>(milliseconds: number, work: Promise<Result>) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Closes every part, also when one of them fails; the log last. */
async function closeAll({ registry, journal, buffer, logger }: Parts): Promise<void> {
  buffer.stop();
  for (const part of [...registry.backends(), journal]) {
    try {
      await part.close();
    } catch (error) {
      logger.error({ err: error }, 'A part could not be closed');
    }
  }
  await logger.close();
}
